import { expect, test } from 'vitest';
import type { Usage } from '../../../src/agents/index.ts';
import { type Clock, systemClock } from '../../../src/base/index.ts';
import { requestCancel } from '../../../src/jobs/index.ts';
import { type Harness, never, openHarness } from './harness.ts';
import { buryWorkers, processOf, untilEvent } from './mortal.ts';

const settled = ['succeeded', 'failed', 'cancelled', 'expired', 'skipped'];

/** Waits end soon, so that what is read every two seconds is read at once. */
const quick: Clock = {
  ...systemClock,
  after: async (ms, signal) => await systemClock.after(Math.min(ms, 5), signal),
};

function tokens(count: number, costUsd?: number): Usage {
  const used = { inputTokens: count, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  return { ...used, costUsd, models: [{ model: 'm', ...used, costUsd }] };
}

/** Let each life use this from the moment at which it got its instruction. */
function spend(harness: Harness, usage: (runId: string) => Usage | undefined): void {
  const { agents } = harness;
  agents.spent = (runId) =>
    (agents.lives.get(runId)?.deliveries ?? 0) > 0 ? usage(runId) : undefined;
}

const budget = (maxTokens?: number, maxCostUsd?: number) => ({ budget: { maxTokens, maxCostUsd } });

async function setSessionBudget({ store }: Harness, maxTokens: number): Promise<void> {
  await store.write(
    async (sql) =>
      await sql.run(`UPDATE sessions SET max_tokens = $1 WHERE id = 'ses'`, [maxTokens]),
    never,
  );
}

test('an agent that goes over its job’s budget is ended, and the job fails for good', async () => {
  await using harness = await openHarness(() => 'hang');
  let used = 10;
  spend(harness, () => tokens(used));
  await harness.add('job_a', budget(1_000));
  await using worker = await harness.worker({ clock: quick });
  await untilEvent(harness, 'job_a', 'attempt.busy');
  used = 1_200;
  const job = await harness.until('job_a', settled);
  await worker.untilIdle(never);

  expect(job).toMatchObject({
    status: 'failed',
    attempts: 1,
    error: {
      code: 'job.budget-exceeded',
      message: 'The budget of job job_a is used up: 1200 of 1000 tokens.',
    },
  });
  expect(harness.agents.alive).toEqual([]);
  expect((await harness.attempts('job_a'))[0]?.usage).toEqual(tokens(1_200));
  const events = await harness.store.events('job_a', 0, 100, never);
  expect(events.find(({ kind }) => kind === 'attempt.ended')?.data).toMatchObject({
    error_code: 'job.budget-exceeded',
    tokens: 1_200,
    max_tokens: 1_000,
  });
});

test('the budget is that of all attempts together', async () => {
  await using harness = await openHarness((_id, attempt) => (attempt === 1 ? 'exit' : 'hang'));
  spend(harness, (runId) => tokens(runId.startsWith('job_a.1.') ? 600 : 500));
  await harness.add('job_a', budget(1_000));
  await using _worker = await harness.worker({ clock: quick });

  expect(await harness.until('job_a', settled)).toMatchObject({
    status: 'failed',
    attempts: 2,
    error: { code: 'job.budget-exceeded', message: expect.stringContaining('1100 of 1000') },
  });
});

test('no agent is started when nothing is left of the budget', async () => {
  await using harness = await openHarness(() => 'exit');
  spend(harness, () => tokens(1_000));
  await harness.add('job_a', budget(1_000));
  await using _worker = await harness.worker();
  const job = await harness.until('job_a', settled);

  expect(job).toMatchObject({ attempts: 2, error: { code: 'job.budget-exceeded' } });
  expect(harness.agents.log.filter((line) => line.startsWith('start'))).toHaveLength(1);
});

test('what an attempt used that was cut off before it was written down counts as well', async () => {
  await using harness = await openHarness(() => 'exit');
  spend(harness, () => tokens(1_000));
  await harness.add('job_a', { ...budget(1_000), backoffMs: 600 });
  await using _worker = await harness.worker();
  await untilEvent(harness, 'job_a', 'job.requeued');
  await harness.store.write(
    async (sql) => await sql.run('UPDATE attempts SET usage = NULL'),
    never,
  );

  expect(await harness.until('job_a', settled)).toMatchObject({
    attempts: 2,
    error: { code: 'job.budget-exceeded' },
  });
});

test('a session’s own agent is ended as well, where other failures only interrupt it', async () => {
  await using harness = await openHarness(() => 'hang');
  spend(harness, () => tokens(400));
  await harness.add('job_a', { mode: 'persistent', timeLimitMs: 200, maxAttempts: 1 });
  await using worker = await harness.worker({ clock: quick });
  await harness.until('job_a', settled);
  await worker.untilIdle(never);
  const after = [...harness.agents.alive];
  await harness.add('job_b', { mode: 'persistent', maxAttempts: 1, ...budget(300) });
  const job = await harness.until('job_b', settled);
  await worker.untilIdle(never);

  expect(after).toHaveLength(1);
  expect(job.error?.code).toBe('job.budget-exceeded');
  expect(harness.agents.alive).toEqual([]);
});

test.each([
  ['costs too much', tokens(10, 2.5), 'job.budget-exceeded', '$2.50 of $2.00'],
  ['has no price', tokens(10), 'job.cost-unknown', 'm has no price'],
])('a job whose model %s is ended', async (_, usage, code, words) => {
  await using harness = await openHarness(() => 'hang');
  spend(harness, () => usage);
  await harness.add('job_a', budget(undefined, 2));
  await using _worker = await harness.worker({ clock: quick });
  const job = await harness.until('job_a', settled);

  expect(job).toMatchObject({
    status: 'failed',
    attempts: 1,
    error: { code, message: expect.stringContaining(words) },
  });
  expect(harness.agents.alive).toEqual([]);
});

test('a session’s budget is that of all its jobs together, also of those that run', async () => {
  await using harness = await openHarness((id) => (id === 'job_a' ? 'succeed' : 'hang'));
  spend(harness, () => tokens(400));
  await setSessionBudget(harness, 1_000);
  await harness.add('job_a');
  await harness.add('other', { sessionId: 'two' });
  await using _worker = await harness.worker({ clock: quick });
  await harness.until('job_a', settled);
  await harness.add('job_b');
  await untilEvent(harness, 'job_b', 'attempt.busy');
  await harness.add('job_c');
  const [b, c] = await Promise.all([
    harness.until('job_b', [...settled, 'running']),
    harness.until('job_c', settled),
  ]);

  expect(c).toMatchObject({ status: 'failed', error: { code: 'session.budget-exceeded' } });
  expect(['running', 'failed']).toContain(b.status);
  expect((await harness.job('other')).status).toBe('running');
});

test('a session that has used up its budget begins nothing more', async () => {
  await using harness = await openHarness();
  spend(harness, () => tokens(1_000));
  await setSessionBudget(harness, 1_000);
  await harness.add('job_a');
  await using worker = await harness.worker({ clock: quick });
  await harness.until('job_a', settled);
  await worker.untilIdle(never);
  await harness.add('job_b');
  const job = await harness.until('job_b', settled);

  expect(job).toMatchObject({ status: 'failed', error: { code: 'session.budget-exceeded' } });
  expect(harness.agents.log.filter((line) => line.startsWith('start'))).toHaveLength(1);
});

test('work that is done counts although it went over the budget', async () => {
  await using harness = await openHarness();
  spend(harness, () => tokens(5_000));
  await harness.add('job_a', budget(1_000));
  await using worker = await harness.worker();
  const job = await harness.until('job_a', settled);
  await worker.untilIdle(never);

  expect(job.status).toBe('succeeded');
  expect((await harness.attempts('job_a'))[0]?.usage).toEqual(tokens(5_000));
});

test('work that was done while nobody looked counts although it went over the budget', async () => {
  await using harness = await openHarness();
  spend(harness, () => tokens(5_000));
  await harness.add('job_a', budget(1_000));
  // It dies when the instruction has arrived, before that is written down.
  const doomed = processOf(harness, 6);
  void harness.worker({ ...doomed, isDoomed: true });
  await doomed.stopped;
  await buryWorkers(harness);
  await using _second = await harness.worker();

  expect(await harness.until('job_a', settled)).toMatchObject({ status: 'succeeded', attempts: 1 });
});

test.each(['exit', 'vanish', 'permanent', 'quota'] as const)(
  'an attempt that ends by %s has its usage recorded all the same',
  async (behaviour) => {
    await using harness = await openHarness(() => behaviour);
    spend(harness, () => tokens(77));
    await harness.add('job_a', { maxAttempts: 1 });
    await using _worker = await harness.worker();
    await untilEvent(harness, 'job_a', 'attempt.ended');

    expect((await harness.attempts('job_a'))[0]?.usage).toEqual(tokens(77));
  },
);

test('a cancelled attempt has its usage recorded all the same', async () => {
  await using harness = await openHarness(() => 'hang');
  spend(harness, () => tokens(77));
  await harness.add('job_a');
  await using _worker = await harness.worker();
  await untilEvent(harness, 'job_a', 'attempt.busy');
  await requestCancel(harness.store, 'job_a', 1, never);
  await harness.until('job_a', settled);

  expect((await harness.attempts('job_a'))[0]?.usage).toEqual(tokens(77));
});

test('usage that cannot be read keeps nothing from ending', async () => {
  await using harness = await openHarness(() => 'exit');
  harness.agents.spent = () => {
    throw new Error('no such file');
  };
  await harness.add('job_a', { maxAttempts: 1 });
  await using _worker = await harness.worker();

  expect((await harness.until('job_a', settled)).error?.code).toBe('agent.exited');
});

// The attempt makes about ten writes until its agent is ended for its budget and it is settled.
test.each(Array.from({ length: 14 }, (_, writes) => writes))(
  'a job over its budget ends once, also after a death at write %i',
  async (writes) => {
    await using harness = await openHarness(() => 'hang');
    spend(harness, () => tokens(1_200));
    await harness.add('job_a', budget(1_000));
    const doomed = processOf(harness, writes);
    const end = harness.until('job_a', settled);
    void harness.worker({ ...doomed, clock: quick, isDoomed: true });
    await Promise.race([doomed.stopped, end]);
    doomed.stop();
    await buryWorkers(harness);
    await using second = await harness.worker({ clock: quick });
    const job = await end;
    await second.untilIdle(never);

    expect(job).toMatchObject({ status: 'failed', error: { code: 'job.budget-exceeded' } });
    const kinds = await harness.events('job_a');
    expect(kinds.filter((kind) => kind === 'job.settled')).toHaveLength(1);
    expect(harness.agents.log.filter((line) => line.startsWith('deliver'))).toHaveLength(1);
    expect(harness.agents.alive).toEqual([]);
    expect((await harness.attempts('job_a')).at(-1)?.usage).toEqual(tokens(1_200));
  },
);
