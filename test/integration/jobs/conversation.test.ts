import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLog } from '../../../src/base/index.ts';
import { requestCancel, requestInterrupt } from '../../../src/jobs/index.ts';
import { withAgents } from '../../support/fake-agents.ts';
import { type Harness, never, openHarness } from './harness.ts';
import { untilEvent } from './mortal.ts';

const settled = ['succeeded', 'failed', 'cancelled', 'expired', 'skipped'];
const persistent = { mode: 'persistent' } as const;

/** What was asked of the agents, without the ids that are random: `deliver job_a/1`. */
function asked({ agents }: Harness, ...verbs: readonly string[]): readonly string[] {
  return agents.log
    .map((line) => line.split(' '))
    .filter(([verb = '']) => verbs.length === 0 || verbs.includes(verb))
    .map(([verb = '', _runId, which]) => (which === undefined ? verb : `${verb} ${which}`));
}

async function prompt(harness: Harness, jobId: string, attempt: number): Promise<string> {
  const dir = (await harness.attempts(jobId))[attempt - 1]?.exchangeDir ?? '';
  return await readFile(join(dir, 'prompt.md'), 'utf8');
}

test('one agent takes the jobs of a conversation, one after the other, in their order', async () => {
  await using harness = await openHarness();
  const jobs = ['job_a', 'job_b', 'job_c', 'job_d'];
  for (const id of jobs) await harness.add(id, persistent);
  await using worker = await harness.worker();
  await worker.untilIdle(never);

  expect(asked(harness, 'start', 'deliver', 'stop', 'clear')).toEqual([
    'start',
    ...jobs.map((id) => `deliver ${id}/1`),
  ]);
  for (const id of jobs) {
    expect((await harness.job(id)).status).toBe('succeeded');
    const output = await readFile((await harness.job(id)).outputPath ?? '', 'utf8');
    expect(output).toBe(`answer to ${id}/1\n`);
  }
  expect(harness.agents.alive).toHaveLength(1);
});

test('no job of a conversation connects to its agent before the one before has closed', async () => {
  await using harness = await openHarness();
  await harness.add('job_a', persistent);
  await harness.add('job_b', persistent);
  // Reading the tokens of the first takes until the second is at work.
  const agents = withAgents(harness.agents, {
    usage: async () => {
      await untilEvent(harness, 'job_b', 'attempt.busy');
      return undefined;
    },
  });
  await using worker = await harness.worker({ agents });
  await harness.until('job_b', settled);
  await worker.untilIdle(never);
  expect(harness.agents.mostOpen).toBe(1);
});

test('two sessions have an agent each, and work side by side', async () => {
  await using harness = await openHarness(() => 'hang');
  await harness.add('job_a', persistent);
  await harness.add('job_b', { ...persistent, sessionId: 'two' });
  await harness.add('job_c', persistent);
  await using worker = await harness.worker();
  await untilEvent(harness, 'job_a', 'attempt.busy');
  await untilEvent(harness, 'job_b', 'attempt.busy');
  const runs = harness.agents.alive.map((runId) => runId.split('.')[0]);
  expect(new Set(runs)).toEqual(new Set(['ses', 'two']));
  expect((await harness.job('job_c')).status).toBe('queued');

  const end = harness.until('job_c', ['running']).then(() => harness.agents.finishAll());
  harness.agents.finishAll();
  await end;
  await untilEvent(harness, 'job_c', 'attempt.busy');
  harness.agents.finishAll();
  await worker.untilIdle(never);
  expect(asked(harness, 'start')).toHaveLength(2);
});

test('a job that is tried again keeps its place, also among those of its millisecond', async () => {
  await using harness = await openHarness((jobId, attempt) =>
    jobId !== 'job_c' && attempt === 1 ? 'no-output' : 'succeed',
  );
  const now = 1_000;
  for (const id of ['job_a', 'job_b', 'job_c']) {
    await harness.add(id, { ...persistent, createdAt: now, runAt: now, backoffMs: 100 });
  }
  await using worker = await harness.worker();
  for (const id of ['job_a', 'job_b', 'job_c']) await harness.until(id, settled);
  await worker.untilIdle(never);

  expect(asked(harness, 'deliver')).toEqual([
    'deliver job_a/1',
    'deliver job_a/2',
    'deliver job_b/1',
    'deliver job_b/2',
    'deliver job_c/1',
  ]);
});

test('two jobs that a person retries, older than one that waits, do not wait for each other', async () => {
  await using harness = await openHarness();
  const old = { ...persistent, createdAt: 1_000, runAt: 1_000 };
  for (const id of ['job_b', 'job_a']) await harness.add(id, old);
  await harness.add('job_c', { ...persistent, createdAt: 2_000, runAt: 2_000, priority: 9 });
  await harness.store.write(
    async (sql) =>
      await sql.run(`UPDATE jobs SET attempts = 1, max_attempts = 3 WHERE id <> 'job_c'`),
    never,
  );
  await using worker = await harness.worker();
  await worker.untilIdle(never);
  expect(asked(harness, 'deliver').map((line) => line.slice(0, 13))).toEqual([
    'deliver job_a',
    'deliver job_b',
    'deliver job_c',
  ]);
});

test.each(['exit', 'vanish'] as const)(
  'an agent that is gone in the middle (%s) is started again with its conversation, and told so',
  async (end) => {
    await using harness = await openHarness((jobId, attempt) =>
      jobId === 'job_b' && attempt === 1 ? end : 'succeed',
    );
    harness.agents.remembers = true;
    for (const id of ['job_a', 'job_b', 'job_c']) await harness.add(id, persistent);
    await using worker = await harness.worker();
    for (const id of ['job_a', 'job_b', 'job_c']) await harness.until(id, settled);
    await worker.untilIdle(never);

    const [first = '', second = ''] = [...harness.agents.lives.keys()];
    expect(harness.agents.lives.get(second)?.request.resume).toBe(`conversation of ${first}`);
    expect(asked(harness, 'start', 'deliver')).toEqual([
      'start',
      'deliver job_a/1',
      'deliver job_b/1',
      'start',
      'deliver job_b/2',
      'deliver job_c/1',
    ]);
    expect(await prompt(harness, 'job_b', 1)).not.toContain('You were cut off');
    expect(await prompt(harness, 'job_b', 2)).toContain('You were cut off');
    expect(await prompt(harness, 'job_c', 1)).not.toContain('You were cut off');
  },
);

test('the conversation of a first turn is found again, too', async () => {
  await using harness = await openHarness((_jobId, attempt) =>
    attempt === 1 ? 'vanish' : 'succeed',
  );
  harness.agents.remembers = true;
  await harness.add('job_a', persistent);
  await using worker = await harness.worker();
  expect((await harness.until('job_a', settled)).status).toBe('succeeded');
  await worker.untilIdle(never);
  const [first = '', second = ''] = [...harness.agents.lives.keys()];
  expect(harness.agents.lives.get(second)?.request.resume).toBe(`conversation of ${first}`);
});

test('a conversation that is damaged gives way to a new one', async () => {
  await using harness = await openHarness((_jobId, attempt) =>
    attempt === 1 ? 'vanish' : 'succeed',
  );
  harness.agents.remembers = true;
  harness.agents.isDamaged = true;
  await harness.add('job_a', { ...persistent, maxAttempts: 2 });
  await using worker = await harness.worker();
  const job = await harness.until('job_a', settled);
  await worker.untilIdle(never);
  expect(job.status).toBe('succeeded');
  const codes = (await harness.attempts('job_a')).map(({ error }) => error?.code);
  expect(codes).toEqual(['job.agent-lost', 'job.not-resumed', undefined]);
  const resumes = [...harness.agents.lives.values()].map(({ request }) => request.resume);
  expect(resumes).toEqual([undefined, expect.stringContaining('conversation'), undefined]);
  expect(harness.agents.alive).toHaveLength(1);
});

test('a job that is cancelled has its turn stopped; the agent takes the next one', async () => {
  await using harness = await openHarness((jobId) => (jobId === 'job_a' ? 'hang' : 'succeed'));
  await harness.add('job_a', persistent);
  await harness.add('job_b', persistent);
  await using worker = await harness.worker();
  await untilEvent(harness, 'job_a', 'attempt.busy');
  await requestCancel(harness.store, 'job_a', 1, never);
  expect((await harness.until('job_a', settled)).status).toBe('cancelled');
  expect((await harness.until('job_b', settled)).status).toBe('succeeded');
  await worker.untilIdle(never);
  expect(asked(harness, 'start', 'deliver', 'interrupt', 'clear', 'stop')).toEqual([
    'start',
    'deliver job_a/1',
    'interrupt job_a/1',
    'deliver job_b/1',
  ]);
});

test('a job that takes too long has its turn stopped, and is tried again in the same agent', async () => {
  await using harness = await openHarness((_jobId, attempt) =>
    attempt === 1 ? 'hang' : 'succeed',
  );
  await harness.add('job_a', { ...persistent, timeLimitMs: 300 });
  await using worker = await harness.worker();
  const job = await harness.until('job_a', settled);
  await worker.untilIdle(never);
  expect(job).toMatchObject({ status: 'succeeded', attempts: 2 });
  expect(asked(harness, 'start', 'interrupt', 'clear', 'stop')).toEqual([
    'start',
    'interrupt job_a/1',
  ]);
  expect(await prompt(harness, 'job_a', 2)).toContain('You were cut off');
});

test('an agent that does not stop is ended, and the next job starts it with its conversation', async () => {
  await using harness = await openHarness((jobId) => (jobId === 'job_a' ? 'hang' : 'succeed'));
  harness.agents.remembers = true;
  harness.agents.isDeaf = true;
  await harness.add('job_a', persistent);
  await harness.add('job_b', persistent);
  await using worker = await harness.worker();
  await untilEvent(harness, 'job_a', 'attempt.busy');
  await requestCancel(harness.store, 'job_a', 1, never);
  expect((await harness.until('job_b', settled)).status).toBe('succeeded');
  await worker.untilIdle(never);
  expect(asked(harness, 'start', 'deliver', 'interrupt', 'clear')).toEqual([
    'start',
    'deliver job_a/1',
    'interrupt job_a/1',
    'clear',
    'start',
    'deliver job_b/1',
  ]);
});

test('a job that waits for its turn is cancelled without stopping what the agent does', async () => {
  await using harness = await openHarness(() => 'unready');
  harness.agents.remembers = true;
  await harness.add('job_a', { ...persistent, timeLimitMs: 400 });
  await using worker = await harness.worker();
  await untilEvent(harness, 'job_a', 'job.requeued');
  await harness.until('job_a', ['running']);
  await requestCancel(harness.store, 'job_a', 1, never);
  expect((await harness.until('job_a', settled)).status).toBe('cancelled');
  await worker.untilIdle(never);
  expect(asked(harness, 'interrupt', 'clear', 'stop')).toEqual([]);
});

test('an interrupt stops the turn that runs, once', async () => {
  await using harness = await openHarness(() => 'hang');
  await harness.add('job_a', persistent);
  await using _worker = await harness.worker();
  await untilEvent(harness, 'job_a', 'attempt.busy');
  await requestInterrupt(harness.store, 'job_a', 1, never);
  await untilEvent(harness, 'job_a', 'attempt.interrupted');
  expect(asked(harness, 'interrupt')).toEqual(['interrupt job_a/1']);
  expect(await harness.job('job_a')).toMatchObject({
    status: 'running',
    interruptRequestedAt: undefined,
  });
});

test('a turn that was stopped is not called going on when that cannot be written down', async () => {
  await using harness = await openHarness(() => 'hang');
  await harness.add('job_a', persistent);
  await harness.store.write(
    async (sql) =>
      await sql.run(`CREATE TRIGGER full BEFORE INSERT ON events
        WHEN new.kind = 'attempt.interrupted' BEGIN SELECT RAISE(ABORT, 'no room'); END`),
    never,
  );
  const warned = Promise.withResolvers<string>();
  const log = { ...silentLog, warn: warned.resolve };
  await using _worker = await harness.worker({ log });
  await untilEvent(harness, 'job_a', 'attempt.busy');
  await requestInterrupt(harness.store, 'job_a', 1, never);
  expect(await warned.promise).toBe('what became of an interrupt was not written down');
  expect(asked(harness, 'interrupt')).toEqual(['interrupt job_a/1']);
  expect(await harness.events('job_a')).not.toContain('attempt.not-interrupted');
});

test('an interrupt that came too late for its attempt does not stop the next one', async () => {
  await using harness = await openHarness(() => 'hang');
  await harness.add('job_a', persistent);
  await harness.store.write(
    async (sql) =>
      await sql.run(`UPDATE jobs SET attempts = 1, max_attempts = 3, interrupt_requested_at = 1`),
    never,
  );
  await using _worker = await harness.worker();
  await untilEvent(harness, 'job_a', 'attempt.busy');
  expect((await harness.job('job_a')).interruptRequestedAt).toBeUndefined();
});

test('an interrupt of a job that waits for its turn is kept until it has it', async () => {
  await using harness = await openHarness(() => 'unready');
  await harness.add('job_a', persistent);
  await using _worker = await harness.worker();
  await harness.until('job_a', ['running']);
  await requestInterrupt(harness.store, 'job_a', 1, never);
  await untilEvent(harness, 'job_a', 'job.interrupt-requested');
  expect(asked(harness, 'interrupt')).toEqual([]);
  for (const life of harness.agents.lives.values()) {
    for (const turn of life.turns.values()) turn.ready.resolve();
  }
  await untilEvent(harness, 'job_a', 'attempt.interrupted');
  expect(asked(harness, 'deliver', 'interrupt')).toEqual(['deliver job_a/1', 'interrupt job_a/1']);
});

test('a job for another kind of agent than holds the conversation fails, and says who does', async () => {
  await using harness = await openHarness();
  await harness.add('job_a', persistent);
  await harness.add('job_b', { ...persistent, agent: 'claude' });
  await using worker = await harness.worker();
  const job = await harness.until('job_b', settled);
  await worker.untilIdle(never);
  expect(job).toMatchObject({
    status: 'failed',
    attempts: 1,
    error: { code: 'session.other-agent' },
  });
  expect(harness.agents.alive).toHaveLength(1);
});
