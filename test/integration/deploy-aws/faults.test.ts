import { expect, test, vi } from 'vitest';
import { makeAwsDeployer } from '../../../src/deploy/aws/aws-deployer.ts';
import {
  type AwsBench,
  openAwsBench,
  program,
  programSpec,
  signal,
  siteSpec,
} from '../../support/aws/bench.ts';
import { expiredKeyId, type Fault } from '../../support/aws/fake-aws.ts';
import type { ResourceFault } from '../../support/aws/stacks.ts';

const pages = { 'index.html': 'one' };

/** Why applying failed: our error, with all it says. */
async function failureOf(bench: AwsBench, spec = siteSpec()): Promise<Record<string, unknown>> {
  const { deployer, onEvent } = bench;
  const files = spec.type === 'static' ? pages : program('one');
  const release = await bench.release(files);
  const failure: unknown = await deployer.apply(deployer.plan(spec), release, onEvent, signal).then(
    () => undefined,
    (error: unknown) => error,
  );
  const { code, message, todo, facts } = failure as Record<string, unknown>;
  return { code, message, todo, facts };
}

/** Nothing that a person reads holds a key, a token or a signature. */
function expectNoSecret(said: unknown): void {
  expect(JSON.stringify(said)).not.toMatch(/fake-secret|fake-token|AKIA[A-Z0-9]|Signature=[^.]/);
}

test.for([
  ['CreateStack', 'denied', 'deploy.denied'],
  ['CreateStack', 'quota', 'deploy.quota'],
  ['PutObject', 'denied', 'deploy.denied'],
  ['CreateInvalidation', 'denied', 'deploy.denied'],
  ['DescribeStackEvents', 'throttled', 'deploy.quota'],
  ['GetCallerIdentity', 'reset', 'deploy.unreachable'],
  ['PutObject', 'broken', 'deploy.unreachable'],
] as const)(
  '%s that is %s for good ends in %s, and destroying leaves nothing',
  async ([operation, kind, code]) => {
    await using bench = await openAwsBench();
    const fault: Fault = { operation, kind, times: 1_000 };
    bench.aws.faults.push(fault);

    const failure = await failureOf(bench);

    expect(failure).toMatchObject({
      code,
      message: expect.stringContaining(operation),
      todo: expect.any(String),
    });
    expectNoSecret([failure, bench.events, bench.log]);
    fault.times = 0;
    await bench.deployer.destroy(bench.deployer.plan(siteSpec()), bench.onEvent, signal);
    expect(bench.aws.inventory()).toEqual([]);
  },
);

test.for([
  ['CreateStack', 'throttled'],
  ['PutObject', 'throttled'],
  ['DescribeStacks', 'reset'],
  ['CreateInvalidation', 'broken'],
  ['CreateStack', 'lost-answer'],
  ['CreateInvalidation', 'lost-answer'],
] as const)(
  '%s that is %s three times is tried again until it works',
  async ([operation, kind]) => {
    await using bench = await openAwsBench();
    bench.aws.faults.push({ operation, kind, times: 3 });

    const { deployer, onEvent } = bench;
    await deployer.apply(deployer.plan(siteSpec()), await bench.release(pages), onEvent, signal);
    expect(await bench.deployer.status(bench.deployer.plan(siteSpec()), signal)).toMatchObject({
      state: 'live',
    });
  },
);

const resourceFaults: readonly (readonly [Omit<ResourceFault, 'times'>, string])[] = [
  [
    {
      when: 'create',
      type: 'AWS::S3::Bucket',
      reason: 'tmux-x already exists (Service: S3, HandlerErrorCode: AlreadyExists)',
    },
    'deploy.name-taken',
  ],
  [
    {
      when: 'create',
      type: 'AWS::CloudFront::Distribution',
      reason:
        'Access denied for operation. User is not authorized to perform: cloudfront:CreateDistribution',
    },
    'deploy.denied',
  ],
  [
    {
      when: 'create',
      type: 'AWS::CloudFront::Distribution',
      reason: 'Your request contains more distributions than the limit',
    },
    'deploy.quota',
  ],
  [
    { when: 'create', type: 'AWS::CloudFront::Function', reason: 'Internal Failure' },
    'deploy.failed',
  ],
];

test.for(resourceFaults)(
  'a resource that cannot be made (%j) ends in %s with nothing left',
  async ([fault, code]) => {
    await using bench = await openAwsBench();
    bench.aws.engine.faults.push({ ...fault, times: 1 });

    const failure = await failureOf(bench);

    expect(failure).toMatchObject({
      code,
      message: expect.stringContaining(fault.reason.slice(0, 20)),
    });
    expect(bench.aws.inventory()).toEqual([]);
  },
);

test('a machine that cannot be had leaves the archive bucket alone, which destroying removes', async () => {
  await using bench = await openAwsBench();
  bench.aws.engine.faults.push({
    when: 'create',
    type: 'AWS::EC2::Instance',
    reason: 'We currently do not have sufficient t3.micro capacity',
    times: 1,
  });

  expect(await failureOf(bench, programSpec)).toMatchObject({ code: 'deploy.quota' });
  const plan = bench.deployer.plan(programSpec);
  expect(bench.aws.inventory()).toEqual([
    `stack ${plan.name} UPDATE_ROLLBACK_COMPLETE`,
    `bucket ${plan.name}`,
  ]);
  await bench.deployer.destroy(plan, bench.onEvent, signal);
  expect(bench.aws.inventory()).toEqual([]);
});

test('a bucket name that another account has ends in deploy.name-taken', async () => {
  await using bench = await openAwsBench();
  bench.aws.state.taken.add(bench.deployer.plan(siteSpec()).name);

  expect(await failureOf(bench)).toMatchObject({ code: 'deploy.name-taken' });
  expect(bench.aws.inventory()).toEqual([]);
});

test('a stack of the name that is not ours is not touched, by neither apply nor destroy', async () => {
  await using bench = await openAwsBench();
  const plan = bench.deployer.plan(siteSpec());
  bench.aws.engine.open(plan.name, 'CREATE_COMPLETE');

  expect(await failureOf(bench)).toMatchObject({ code: 'deploy.name-taken' });
  const destroyed = bench.deployer.destroy(plan, bench.onEvent, signal);
  await expect(destroyed).rejects.toMatchObject({ code: 'deploy.name-taken' });
  expect(bench.aws.inventory()).toEqual([`stack ${plan.name} CREATE_COMPLETE`]);
});

test.for([
  'ROLLBACK_COMPLETE',
  'ROLLBACK_FAILED',
  'CREATE_FAILED',
  'DELETE_FAILED',
  'REVIEW_IN_PROGRESS',
  'DELETE_COMPLETE',
])('a stack that an earlier run left in %s is made anew', async (status) => {
  await using bench = await openAwsBench();
  const plan = bench.deployer.plan(siteSpec());
  const left = bench.aws.engine.open(plan.name, status);
  left.tags = Object.entries(plan.tags).map(([Key, Value]) => ({ Key, Value }));

  await bench.deployer.apply(plan, await bench.release(pages), bench.onEvent, signal);

  expect(await bench.deployer.status(plan, signal)).toMatchObject({ state: 'live' });
});

test('a roll back of an earlier run that failed is gone on with, and the release then published', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  const plan = deployer.plan(siteSpec());
  await deployer.apply(plan, await bench.release(pages), onEvent, signal);
  const [stack] = aws.engine.stacks;
  if (stack !== undefined) stack.status = 'UPDATE_ROLLBACK_FAILED';

  const { url } = await deployer.apply(
    plan,
    await bench.release({ 'index.html': 'two' }),
    onEvent,
    signal,
  );

  expect(await (await fetch(url)).text()).toBe('two');
});

test('a stack in a state that nobody can leave is named, with what to do', async () => {
  await using bench = await openAwsBench();
  const plan = bench.deployer.plan(siteSpec());
  const left = bench.aws.engine.open(plan.name, 'UPDATE_FAILED');
  left.tags = Object.entries(plan.tags).map(([Key, Value]) => ({ Key, Value }));

  expect(await failureOf(bench)).toMatchObject({
    code: 'deploy.half-made',
    message: expect.stringContaining('UPDATE_FAILED'),
    todo: expect.stringContaining(plan.name),
  });
});

test('a resource that cannot be deleted at once is deleted at the next try', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  const plan = deployer.plan(siteSpec());
  await deployer.apply(plan, await bench.release(pages), onEvent, signal);
  aws.engine.faults.push({
    when: 'delete',
    type: 'AWS::CloudFront::Distribution',
    reason: 'in use',
    times: 1,
  });

  await deployer.destroy(plan, onEvent, signal);

  expect(aws.inventory()).toEqual([]);
});

test('what cannot be deleted at all is named in deploy.half-made', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  const plan = deployer.plan(siteSpec());
  await deployer.apply(plan, await bench.release(pages), onEvent, signal);
  aws.engine.faults.push({
    when: 'delete',
    type: 'AWS::CloudFront::Distribution',
    reason: 'in use',
    times: 100,
  });

  await expect(deployer.destroy(plan, onEvent, signal)).rejects.toMatchObject({
    code: 'deploy.half-made',
    message: expect.stringContaining('DELETE_FAILED'),
  });
});

test('a bucket and a distribution that no stack holds any more are seen when a site is destroyed', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  const plan = deployer.plan(siteSpec());
  await deployer.apply(plan, await bench.release(pages), onEvent, signal);
  const [stack] = aws.engine.stacks;
  if (stack !== undefined) stack.status = 'DELETE_COMPLETE';

  await expect(deployer.destroy(plan, onEvent, signal)).rejects.toMatchObject({
    code: 'deploy.half-made',
    message: expect.stringMatching(/distribution E\w+, bucket tmux-/),
  });
});

test('credentials that are missing, wrong or expired are deploy.no-credentials, and say what to do', async () => {
  await using bench = await openAwsBench();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAWRONGWRONGWRONG1');
  const wrong = await failureOf(bench);
  vi.stubEnv('AWS_ACCESS_KEY_ID', expiredKeyId);
  const expired = await failureOf(bench);
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
  const missing = await failureOf(bench);

  expect([wrong, expired, missing].map(({ code }) => code)).toEqual(
    Array.from({ length: 3 }, () => 'deploy.no-credentials'),
  );
  expect(expired['todo']).toContain('aws sso login');
  expect(missing['todo']).toContain('aws_profile');
  expectNoSecret([wrong, expired, missing]);
  expect(bench.aws.calls).toEqual([]);
});

test('a profile that the configuration of AWS does not have is deploy.no-credentials', async () => {
  await using bench = await openAwsBench();
  const deployer = makeAwsDeployer({ ...bench.settings, awsProfile: 'nobody' });

  await expect(deployer.list(signal)).rejects.toMatchObject({
    code: 'deploy.no-credentials',
    message: expect.stringContaining('nobody'),
  });
});

test('the endpoint can come from the SDK’s own variable', async () => {
  await using bench = await openAwsBench();
  const { endpoints: _endpoints, ...settings } = bench.settings;
  vi.stubEnv('AWS_ENDPOINT_URL', bench.aws.url);

  expect(await makeAwsDeployer(settings).list(signal)).toEqual([]);
  expect(bench.aws.calls).toEqual(['GetCallerIdentity', 'DescribeStacks']);
});
