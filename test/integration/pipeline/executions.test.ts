import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { CheckFailedError } from '../../../src/checks/index.ts';
import { readStepLog, requestCancel, stepNames, stepPlace } from '../../../src/pipeline/index.ts';
import { gone, hang, never, openPipeline, refused } from './harness.ts';

test('does the nine steps in their order and publishes once', async () => {
  await using pipeline = await openPipeline();
  const { session, executionId } = await pipeline.create();
  await pipeline.runner();
  const execution = await pipeline.until(executionId, 'succeeded');

  expect(execution.steps.map(({ name, status, attempts }) => [name, status, attempts])).toEqual(
    stepNames.map((name) => [
      name,
      name === 'screenshot' || name === 'e2e_tests' ? 'skipped' : 'succeeded',
      1,
    ]),
  );
  const { world } = pipeline;
  expect(world.applied).toHaveLength(1);
  expect(world.asked).toEqual([
    'gather_requirements:1:requirements',
    'create_plan:1:plan',
    'generate_code:1:code',
  ]);
  const site = await pipeline.site(session.id);
  expect(site).toMatchObject({ status: 'live', releaseId: world.applied[0] });
  const kinds = await pipeline.events(session.id);
  expect(kinds.slice(0, 4)).toEqual([
    'session.created',
    'site.created',
    'execution.queued',
    'execution.started',
  ]);
  expect(kinds.filter((kind) => kind === 'step.started')).toHaveLength(9);
  expect(kinds.filter((kind) => kind === 'step.ended')).toHaveLength(9);
  expect(kinds.filter((kind) => kind === 'site.deployed')).toHaveLength(1);
  expect(kinds.at(-1)).toBe('execution.ended');
  const guid = site.spec.userGuid;
  const user: unknown = JSON.parse(
    await readFile(join(pipeline.dir, 'users', guid, 'user.json'), 'utf8'),
  );
  expect(user).toMatchObject({ guid, user_id: 'ann' });
  const log = await readStepLog(session, stepPlace(executionId, 'create_plan').log, 0);
  expect(log.lines.map(({ text }) => text)).toEqual([
    'Attempt 1 begins.',
    'The agent is asked: plan, job job_2.',
    'Job job_2 succeeded.',
    'planned',
  ]);
});

test('two sites of a user share the GUID, and each publishes its own', async () => {
  await using pipeline = await openPipeline();
  const first = await pipeline.create();
  const second = await pipeline.create();
  await pipeline.runner();
  await pipeline.until(first.executionId, 'succeeded');
  await pipeline.until(second.executionId, 'succeeded');

  const guids = await Promise.all(
    [first, second].map(async ({ session }) => (await pipeline.site(session.id)).spec.userGuid),
  );
  expect(guids[0]).toBe(guids[1]);
  expect(pipeline.world.live.size).toBe(2);
});

test('a step that fails ends the execution with its reason; retried, it goes on from there', async () => {
  await using pipeline = await openPipeline();
  const { world } = pipeline;
  let isBroken = true;
  world.before = async (what) => {
    if (what === 'apply' && isBroken) throw refused('deploy.no-credentials');
  };
  const { session, executionId } = await pipeline.create();
  await pipeline.runner();
  const failed = await pipeline.until(executionId, 'failed');

  expect(failed.error).toMatchObject({ code: 'deploy.no-credentials', todo: 'mend it' });
  expect((await pipeline.site(session.id)).status).toBe('failed');
  await expect(pipeline.steer(executionId, 'create_plan', 'retry')).rejects.toMatchObject({
    code: 'execution.wrong-step',
  });
  isBroken = false;
  await pipeline.steer(executionId, 'deploy', 'retry');
  const after = await pipeline.until(executionId, 'succeeded');
  expect(after.steps[4]?.attempts).toBe(1);
  expect(after.steps[5]?.attempts).toBe(2);
  expect(world.asked).toHaveLength(3);
});

test('a check that fails is given back to the agent, and all is published and checked again', async () => {
  await using pipeline = await openPipeline();
  const { session, executionId } = await pipeline.create();
  let checks = 0;
  const health_check = async () => {
    checks += 1;
    if (checks < 3) throw new CheckFailedError('The site is not healthy', ['no heading']);
    return { summary: 'healthy' };
  };
  await pipeline.runner({ steps: { health_check }, fixRounds: 2 });
  const execution = await pipeline.until(executionId, 'succeeded');

  expect(execution.fixRounds).toBe(2);
  expect(pipeline.world.asked.slice(3)).toEqual(['health_check:1:fix.1', 'health_check:2:fix.2']);
  expect(pipeline.world.applied).toHaveLength(3);
  const kinds = await pipeline.events(session.id);
  expect(kinds.filter((kind) => kind === 'site.fix-asked')).toHaveLength(2);
});

test('when the rounds are used up the check fails, and can be skipped', async () => {
  await using pipeline = await openPipeline();
  const { executionId } = await pipeline.create();
  const health_check = async () => {
    throw new CheckFailedError('The site is not healthy', ['no heading']);
  };
  await pipeline.runner({ steps: { health_check }, fixRounds: 1 });
  const failed = await pipeline.until(executionId, 'failed');

  expect(failed).toMatchObject({ fixRounds: 1, error: { code: 'check.failed' } });
  await expect(pipeline.steer(executionId, 'deploy', 'skip')).rejects.toMatchObject({
    code: 'execution.not-skippable',
  });
  await pipeline.steer(executionId, 'health_check', 'skip');
  expect((await pipeline.until(executionId, 'succeeded')).steps[6]?.status).toBe('skipped');
});

test('what the agent cannot mend fails with the check and why it could not', async () => {
  await using pipeline = await openPipeline();
  const { executionId } = await pipeline.create();
  const health_check = async () => {
    throw new CheckFailedError('The site is not healthy', ['no heading']);
  };
  const fix = async () => {
    throw refused('site.agent-failed');
  };
  await pipeline.runner({ steps: { health_check }, fix });
  const { error } = await pipeline.until(executionId, 'failed');

  expect(error?.code).toBe('check.failed');
  expect(error?.message).toContain('it is site.agent-failed');
});

test('cancelled in a step, it ends there; run from a step again, it goes on', async () => {
  await using pipeline = await openPipeline();
  const { world } = pipeline;
  const hanging = Promise.withResolvers<void>();
  world.before = async (what, signal) => {
    if (what !== 'apply') return;
    hanging.resolve();
    await hang(signal);
  };
  const { session, executionId } = await pipeline.create();
  await pipeline.runner();
  await hanging.promise;
  await pipeline.store.write(async (sql) => await requestCancel(sql, executionId, 1), never);
  const cancelled = await pipeline.until(executionId, 'cancelled');

  expect(cancelled.steps[5]).toMatchObject({
    status: 'failed',
    error: { code: 'execution.cancelled' },
  });
  expect((await pipeline.site(session.id)).status).toBe('failed');
  world.before = async () => {};
  await pipeline.steer(executionId, 'create_plan', 'rerun');
  const after = await pipeline.until(executionId, 'succeeded');
  expect(after.steps.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 2, 2, 2, 1, 1, 1]);
});

test('a redeployment begins at the deployment; a rollback shows what was live before', async () => {
  await using pipeline = await openPipeline();
  const { world } = pipeline;
  const { session, executionId } = await pipeline.create();
  await pipeline.runner();
  await pipeline.until(executionId, 'succeeded');
  await writeFile(join(session.dir, 'source', 'index.html'), '<h1>Rolls</h1>');
  const second = await pipeline.queue(session.id, 'redeploy');
  await pipeline.until(second, 'succeeded');
  const [first = ''] = world.applied;
  const third = await pipeline.queue(session.id, 'rollback', first);
  const execution = await pipeline.until(third, 'succeeded');

  expect(new Set(world.applied).size).toBe(2);
  expect(world.live.get(`site-${session.id}`)).toBe(first);
  expect((await pipeline.site(session.id)).releaseId).toBe(first);
  expect(execution.steps.slice(0, 5).map(({ status }) => status)).toEqual(
    Array.from({ length: 5 }, () => 'skipped'),
  );
  expect(world.asked).toHaveLength(3);
  await expect(pipeline.queue(session.id, 'rollback', 'r0')).rejects.toMatchObject({
    code: 'site.no-release',
  });
  await expect(pipeline.steer(second, 'deploy', 'rerun')).rejects.toMatchObject({
    code: 'execution.not-newest',
  });
});

test('executions of one site are done one after the other', async () => {
  await using pipeline = await openPipeline();
  const { world } = pipeline;
  const release = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  world.before = async (what) => {
    if (what !== 'write') return;
    reached.resolve();
    await release.promise;
  };
  const { session, executionId } = await pipeline.create();
  await pipeline.runner();
  await reached.promise;
  const second = await pipeline.queue(session.id, 'redeploy');
  expect(await pipeline.queue(session.id, 'redeploy')).toBe(second);
  await pipeline.runner();
  expect((await pipeline.execution(second)).status).toBe('queued');
  release.resolve();
  await pipeline.until(second, 'succeeded');

  expect((await pipeline.execution(executionId)).status).toBe('succeeded');
});

test('a runner whose lease ran out writes nothing any more', async () => {
  await using pipeline = await openPipeline();
  const { world } = pipeline;
  const release = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const { session, executionId } = await pipeline.create();
  // It does not hear that it is to stop, as a process that was frozen.
  const create_plan = async () => {
    reached.resolve();
    await release.promise;
    return { summary: 'late' };
  };
  const first = await pipeline.runner({ steps: { create_plan }, self: gone });
  await reached.promise;
  await pipeline.runner();
  await pipeline.until(executionId, 'succeeded');
  release.resolve();
  await first.untilIdle(never);

  const step = (await pipeline.execution(executionId)).steps[3];
  expect(step).toMatchObject({ summary: 'planned', attempts: 1 });
  expect(world.applied).toHaveLength(1);
  expect(await pipeline.events(session.id)).toContain('execution.taken-over');
});

test('a runner that stops gives back what it holds, and the next goes on in the same attempt', async () => {
  await using pipeline = await openPipeline();
  const { world } = pipeline;
  const reached = Promise.withResolvers<void>();
  world.before = async (what, signal) => {
    if (what !== 'agent') return;
    reached.resolve();
    await hang(signal);
  };
  const { executionId } = await pipeline.create();
  {
    await using _first = await pipeline.runner();
    await reached.promise;
  }
  world.before = async () => {};
  await pipeline.runner();
  const execution = await pipeline.until(executionId, 'succeeded');

  expect(execution.steps[2]?.attempts).toBe(1);
  expect(world.asked).toHaveLength(3);
});

test('a source that became a link to what is not to be seen is not published', async () => {
  await using pipeline = await openPipeline();
  const { session, executionId } = await pipeline.create();
  await pipeline.runner();
  await pipeline.until(executionId, 'succeeded');
  const source = join(session.dir, 'source');
  await writeFile(join(session.dir, 'state', 'index.html'), 'secret');
  await rm(source, { recursive: true });
  await symlink(join(session.dir, 'state'), source);
  const id = await pipeline.queue(session.id, 'redeploy');

  expect((await pipeline.until(id, 'failed')).error).toMatchObject({ code: 'deploy.bad-site' });
  expect(pipeline.world.applied).toHaveLength(1);
});

test('the log of a step shows no file that an agent put a link to in its place', async () => {
  await using pipeline = await openPipeline();
  const { session, executionId } = await pipeline.create();
  const { log } = stepPlace(executionId, 'create_plan');
  await mkdir(dirname(join(session.dir, log)), { recursive: true });
  await writeFile(join(session.dir, 'state', 'settings.json'), 'secret');
  await symlink(join(session.dir, 'state', 'settings.json'), join(session.dir, log));

  await expect(readStepLog(session, log, 0)).rejects.toMatchObject({
    code: 'session.path-outside',
  });
  await pipeline.runner();
  await pipeline.until(executionId, 'succeeded');
  expect((await readStepLog(session, log, 0)).lines[0]?.text).toBe('Attempt 1 begins.');
  expect(await readFile(join(session.dir, 'state', 'settings.json'), 'utf8')).toBe('secret');
});

test('a runner that has nothing to do leaves the lock of the database to others', async () => {
  await using pipeline = await openPipeline();
  const { session } = await pipeline.create();
  let writes = 0;
  const store = new Proxy(pipeline.store, {
    get: (target, name) => {
      if (name === 'write') writes += 1;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const runner = await pipeline.runner({ store });
  await runner.untilIdle(never);
  expect(writes).toBeGreaterThan(0);
  writes = 0;

  for (let number = 0; number < 5; number += 1) {
    await pipeline.sessions.setBudget(session.id, { maxTokens: number + 1 }, never);
    await runner.untilIdle(never);
  }

  expect(writes).toBe(0);
});
