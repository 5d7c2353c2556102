import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createdBy, type DeploySettings } from '../../../src/deploy/index.ts';
import { accountOf, azureSite, never } from '../../support/azure/azure-site.ts';
import type { ArmFault } from '../../support/azure/arm-engine.ts';
import { type FakeAzure, openFakeAzure, type WireFault } from '../../support/azure/fake-azure.ts';

let azure: FakeAzure;

beforeAll(async () => {
  azure = await openFakeAzure(['faulty'].map(accountOf));
});
afterAll(async () => {
  await azure[Symbol.asyncDispose]();
});
afterEach(() => {
  azure.wireFaults.length = 0;
  azure.arm.faults.length = 0;
  azure.storage.taken.clear();
});

const files = { 'index.html': '<h1>one</h1>', 'app.js': 'go()' };
const run = { command: ['node', 'server.js'], healthPath: '/' };
const denied = {
  status: 403,
  code: 'AuthorizationFailed',
  message:
    "The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.Resources/subscriptions/resourcegroups/write' over scope 'z'.",
};

interface Case {
  readonly what: string;
  readonly wire?: WireFault;
  readonly arm?: ArmFault;
  readonly type?: 'static' | 'dynamic';
  readonly code: string;
  readonly said: RegExp;
}

const cases: readonly Case[] = [
  {
    what: 'groups may not be made',
    wire: { match: /^PUT .*\/resourcegroups\/[^/]+$/i, times: 9, answer: denied },
    code: 'deploy.denied',
    said: /needs the permission Microsoft\.Resources\/subscriptions\/resourcegroups\/write/,
  },
  {
    what: 'the account is refused by a policy',
    arm: {
      type: 'storageAccounts',
      when: 'preflight',
      code: 'RequestDisallowedByPolicy',
      message: 'no',
    },
    code: 'deploy.denied',
    said: /RequestDisallowedByPolicy/,
  },
  {
    what: 'a quota is used up',
    arm: {
      type: 'virtualMachines',
      when: 'preflight',
      code: 'QuotaExceeded',
      message: 'Operation results in exceeding quota limits of Core.',
    },
    type: 'dynamic',
    code: 'deploy.quota',
    said: /QuotaExceeded/,
  },
  {
    what: 'there are no machines of the size',
    arm: { type: 'virtualMachines', when: 'create', code: 'SkuNotAvailable', message: 'not here' },
    type: 'dynamic',
    code: 'deploy.quota',
    said: /SkuNotAvailable/,
  },
  {
    what: 'there are too many public addresses',
    arm: {
      type: 'publicIPAddresses',
      when: 'create',
      code: 'PublicIPCountLimitReached',
      message: 'limit',
    },
    type: 'dynamic',
    code: 'deploy.quota',
    said: /PublicIPCountLimitReached/,
  },
  {
    what: 'the name of the address is in use',
    arm: { type: 'publicIPAddresses', when: 'create', code: 'DnsRecordInUse', message: 'in use' },
    type: 'dynamic',
    code: 'deploy.name-taken',
    said: /DnsRecordInUse/,
  },
  {
    what: 'the network cannot be made',
    arm: { type: 'virtualNetworks', when: 'create', code: 'InternalServerError', message: 'oops' },
    type: 'dynamic',
    code: 'deploy.failed',
    said: /InternalServerError: oops/,
  },
  {
    what: 'the token is not taken',
    wire: {
      match: /subscriptions/,
      times: 99,
      answer: { status: 401, code: 'ExpiredAuthenticationToken' },
    },
    code: 'deploy.no-credentials',
    said: /No valid credentials/,
  },
  {
    what: 'Azure is away',
    wire: { match: /./, times: 999, answer: 'reset' },
    code: 'deploy.unreachable',
    said: /ECONNRESET/,
  },
  {
    what: 'Azure has a fault that stays',
    wire: { match: /./, times: 999, answer: { status: 503, code: 'ServerTimeout' } },
    code: 'deploy.unreachable',
    said: /ServerTimeout/,
  },
];

test.each(cases)('when $what it is $code, and nothing is left behind', async (one) => {
  const type = one.type ?? 'static';
  const site = await azureSite(azure, { sessionId: 'faulty', type, run });
  if (one.wire !== undefined) azure.wireFaults.push(one.wire);
  if (one.arm !== undefined) azure.arm.faults.push(one.arm);

  await expect(site.apply(await site.release(files))).rejects.toMatchObject({
    code: one.code,
    message: expect.stringMatching(one.said),
    todo: expect.stringMatching(/./),
  });

  expect(azure.arm.groups.size).toBe(0);
  expect(azure.machines.size).toBe(0);
});

test('a storage account of somebody else is not ours to take', async () => {
  azure.storage.taken.add(accountOf('faulty'));
  const site = await azureSite(azure, { sessionId: 'faulty' });

  await expect(site.apply(await site.release(files))).rejects.toMatchObject({
    code: 'deploy.name-taken',
  });

  expect(azure.arm.groups.size).toBe(0);
});

test("somebody else's resource group is neither changed nor deleted", async () => {
  const site = await azureSite(azure, { sessionId: 'faulty' });
  const theirs = { owner: 'somebody', CreatedBy: createdBy };
  azure.arm.putGroup(site.plan.name, 'eastus', theirs);

  await expect(site.apply(await site.release(files))).rejects.toMatchObject({
    code: 'deploy.name-taken',
  });
  await expect(site.destroy()).rejects.toMatchObject({ code: 'deploy.name-taken' });

  expect(azure.arm.getGroup(site.plan.name).tags).toEqual(theirs);
  expect(await site.deployer.list(never)).toEqual([]);
  azure.arm.groups.clear();
});

test('without the right to give roles a site is published by who has the role already', async () => {
  const site = await azureSite(azure, { sessionId: 'faulty' });
  azure.arm.faults.push({
    type: 'roleAssignments',
    when: 'preflight',
    code: 'InvalidTemplateDeployment',
    message:
      "Authorization failed for template resource 'x' of type 'Microsoft.Authorization/roleAssignments'. The client 'x' with object id 'y' does not have permission to perform action 'Microsoft.Authorization/roleAssignments/write' at scope 'z'.",
  });

  await site.apply(await site.release(files));

  expect(site.events.map(({ kind }) => kind)).toContain('role.not-given');
  await site.destroy();

  azure.wireFaults.push({
    match: /^GET \/tmux/,
    times: 99,
    answer: { status: 403, code: 'AuthorizationPermissionMismatch' },
  });
  await expect(site.apply(await site.release(files))).rejects.toMatchObject({
    code: 'deploy.denied',
    todo: expect.stringContaining('Storage Blob Data Contributor'),
  });
  expect(azure.arm.groups.size).toBe(0);
});

test('a role that was just given is waited for', async () => {
  const site = await azureSite(azure, { sessionId: 'faulty' });
  azure.wireFaults.push({
    match: /^GET \/tmux/,
    times: 7,
    answer: { status: 403, code: 'AuthorizationPermissionMismatch' },
  });

  await site.apply(await site.release(files));

  expect(site.events.filter(({ kind }) => kind === 'role.waiting')).not.toEqual([]);
  await site.destroy();
});

test('throttling, a cut connection and a fault that passes change nothing', async () => {
  const site = await azureSite(azure, { sessionId: 'faulty' });
  const release = await site.release(files);
  const passing: readonly WireFault['answer'][] = [
    { status: 429, code: 'TooManyRequests', retryAfterS: 0 },
    'reset',
    { status: 503, code: 'ServerBusy' },
  ];
  // Each third request fails once, in one of three ways.
  for (const [index, answer] of passing.entries()) {
    let count = 0;
    azure.wireFaults.push({
      match: { test: () => (count += 1) % 7 === index * 2 + 1 } as never,
      times: 30,
      answer,
    });
  }

  const made = await site.apply(release);
  await site.destroy();

  expect(made.releaseId).toBe(release.id);
  expect(azure.arm.groups.size).toBe(0);
});

test('a failed, a running and a deleted half of an earlier run are gone on with', async () => {
  const site = await azureSite(azure, { sessionId: 'faulty', type: 'dynamic', run });
  const release = await site.release({
    'server.js':
      "require('node:http').createServer((q, r) => r.end('up')).listen(process.env.PORT, '127.0.0.1')",
  });
  const { name, tags, template } = site.plan;
  const properties = { mode: 'Incremental', template };
  azure.arm.putGroup(name, 'eastus', tags);
  azure.arm.putDeployment(name, name, { properties });
  await azure.arm.lookAtDeployment(name, name);

  const made = await site.apply(release);
  expect(await (await fetch(made.url)).text()).toBe('up');

  const machine = [...azure.arm.getGroup(name).resources.values()].find(({ type }) =>
    type.endsWith('/virtualMachines'),
  );
  if (machine !== undefined) machine.state = 'Failed';
  await site.apply(release);
  expect(azure.machines.size).toBe(1);
  expect(azure.userData.length).toBeGreaterThan(1);

  azure.arm.deleteGroup(name);
  expect(await site.deployer.status(site.plan, never)).toMatchObject({ state: 'destroying' });
  azure.arm.getGroup(name).looksLeft = 2;
  const again = await site.apply(release);
  expect(await (await fetch(again.url)).text()).toBe('up');
  await site.destroy();
  expect(azure.arm.groups.size).toBe(0);
});

test('a group that a lock keeps is half made, and says so', async () => {
  const site = await azureSite(azure, { sessionId: 'faulty' });
  await site.apply(await site.release(files));
  azure.onRequest = (line) => {
    const group = azure.arm.getGroup(site.plan.name);
    if (line.startsWith('GET') && group.state === 'Deleting' && group.looksLeft === 1)
      group.state = 'Succeeded';
  };

  await expect(site.destroy()).rejects.toMatchObject({ code: 'deploy.half-made' });

  azure.onRequest = undefined;
  await site.destroy();
  expect(azure.arm.groups.size).toBe(0);
});

test('a site does not move: another location is refused as long as it is there', async () => {
  const site = await azureSite(azure, { sessionId: 'faulty' });
  await site.apply(await site.release(files));
  const moved = await azureSite(azure, { sessionId: 'faulty', region: 'westus' });

  await expect(moved.apply(await moved.release(files))).rejects.toMatchObject({
    code: 'deploy.bad-spec',
    message: expect.stringContaining('eastus'),
  });
  await site.destroy();
});

test.each<[string, Partial<DeploySettings>, RegExp]>([
  ['no subscription', { azureSubscription: undefined }, /No Azure subscription is set/],
  [
    'no token',
    { azure: { credential: { getToken: async () => await Promise.resolve(null) } } },
    /No valid credentials/,
  ],
  [
    'no credential that works',
    {
      azure: {
        credential: {
          getToken: async () =>
            await Promise.reject(
              Object.assign(new Error('secret'), { name: 'CredentialUnavailableError' }),
            ),
        },
      },
    },
    /No valid credentials/,
  ],
  [
    "somebody else's subscription",
    { azureSubscription: '00000000-0000-4000-8000-00000000000f' },
    /No valid credentials/,
  ],
])('with %s it is deploy.no-credentials', async (_what, changes, said) => {
  const site = await azureSite(azure, { sessionId: 'faulty' }, changes);

  await expect(site.apply(await site.release(files))).rejects.toMatchObject({
    code: 'deploy.no-credentials',
    message: expect.stringMatching(said),
  });
});
