import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { type Agents, AgentSurvivesError } from '../../../src/agents/index.ts';
import { CodedError, systemClock } from '../../../src/base/index.ts';
import { requestCancel, retryJob } from '../../../src/jobs/index.ts';
import type { Store } from '../../../src/store/index.ts';
import { withAgents } from '../../support/fake-agents.ts';
import { type Harness, never, openHarness } from './harness.ts';

const settled = ['succeeded', 'failed', 'cancelled', 'expired', 'skipped'];

/** The harness's store with a write of the test's own. */
function withWrite({ store }: Harness, write: Store['write']): Store {
  return {
    databaseId: store.databaseId,
    claimClause: store.claimClause,
    hearsOthers: store.hearsOthers,
    read: async (...args) => await store.read(...args),
    write,
    events: async (...args) => await store.events(...args),
    copyTo: async (path) => await store.copyTo(path),
    watch: (listener) => store.watch(listener),
    [Symbol.asyncDispose]: async () => {},
  };
}

test('work that ended in time is accepted, although nobody looked until after the limit', async () => {
  await using harness = await openHarness();
  await harness.add('job_a', { timeLimitMs: 60_000, maxAttempts: 2 });
  const first = await harness.worker({
    isDoomed: true,
    agents: withAgents(harness.agents, {
      // It finishes its work, and its worker dies before hearing of it.
      start: async (request) => {
        const agent = await harness.agents.start(request);
        return { ...agent, untilDone: async () => await new Promise(() => {}) };
      },
    }),
  });
  await expect.poll(async () => await harness.events('job_a')).toContain('attempt.busy');
  await harness.store.write(async (sql) => {
    await sql.run('UPDATE workers SET stopped_at = 1 WHERE id = $1', [first.id]);
    // The clock has gone past the limit since; the evidence says that the turn ended long before.
    await sql.run(`UPDATE attempts SET started_at = started_at - 120000 WHERE job_id = 'job_a'`);
  }, never);
  await using _second = await harness.worker({
    agents: withAgents(harness.agents, {
      // Connecting to tmux takes longer than the nothing that is left of the time.
      adopt: async (request, address, signal) => {
        await systemClock.after(20, signal);
        return await harness.agents.adopt(request, address);
      },
    }),
  });
  const job = await harness.until('job_a', settled);

  expect(job).toMatchObject({ status: 'succeeded', attempts: 1 });
});

test('a dependant counts a dependency that was retried only while that one is open', async () => {
  let isMended = false;
  await using harness = await openHarness((id) =>
    id === 'job_a' && !isMended ? 'permanent' : id === 'job_b' ? 'hang' : 'succeed',
  );
  await harness.add('job_a');
  await harness.add('job_b');
  const needs = ['job_a', 'job_b'].map((jobId) => ({ jobId, rule: 'finished' as const }));
  await harness.add('job_c', { dependencies: needs });
  await using _worker = await harness.worker();
  await harness.until('job_a', ['failed']);
  isMended = true;
  await retryJob(harness.store, 'job_a', { now: 1, attempts: 1, deadlineAt: undefined }, never);
  await harness.until('job_a', ['succeeded']);

  expect(await harness.job('job_c')).toMatchObject({ status: 'queued', blockedBy: 1 });
  harness.agents.finishAll();
  expect((await harness.until('job_c', settled)).status).toBe('succeeded');
});

test('jobs of a dead worker take no place from a worker that may not take them over', async () => {
  await using harness = await openHarness();
  await harness.add('job_a');
  await harness.store.write(
    async (sql) =>
      await sql.run(
        `UPDATE jobs SET status = 'leased', lease_worker = 'dead', lease_until = 1 WHERE id = 'job_a'`,
      ),
    never,
  );
  await harness.add('job_b');
  await using _worker = await harness.worker({ concurrency: 1, only: ['job_b'] });

  expect((await harness.until('job_b', settled)).status).toBe('succeeded');
  expect((await harness.job('job_a')).status).toBe('leased');
});

test('a success that could not be written down keeps its agent until it is', async () => {
  await using harness = await openHarness(() => 'hang');
  await harness.add('job_a');
  let isFull = false;
  let refused = 0;
  const store = withWrite(harness, async (work, signal) => {
    if (isFull) {
      refused += 1;
      throw new CodedError('store.full', 'No space is left.');
    }
    return await harness.store.write(work, signal);
  });
  await using _worker = await harness.worker({ store });
  await expect.poll(async () => await harness.events('job_a')).toContain('attempt.busy');
  isFull = true;
  harness.agents.finishAll();
  await expect.poll(() => refused).toBeGreaterThan(0);
  expect(harness.agents.log.some((line) => line.startsWith('stop'))).toBe(false);
  isFull = false;

  expect(await harness.until('job_a', settled)).toMatchObject({ status: 'succeeded', attempts: 1 });
});

test('a cancel that comes while the failed attempt is being cleared ends the job', async () => {
  await using harness = await openHarness(() => 'exit');
  await harness.add('job_a', { backoffMs: 60_000 });
  const agents = withAgents(harness.agents, {
    clear: async (request) => {
      await requestCancel(harness.store, 'job_a', 5, never);
      await harness.agents.clear(request);
    },
  });
  await using _worker = await harness.worker({ agents });

  expect((await harness.until('job_a', settled)).status).toBe('cancelled');
});

test('draining waits for a job whose claim was under way', async () => {
  await using harness = await openHarness(() => 'hang');
  const claimed = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const store = withWrite(harness, async (work, signal) => {
    const result = await harness.store.write(work, signal);
    if (typeof result === 'object' && result !== null && 'attempt' in result) {
      claimed.resolve();
      await goOn.promise;
    }
    return result;
  });
  await harness.add('job_a');
  await using worker = await harness.worker({ store });
  await claimed.promise;
  const drained = worker.drain(never);
  goOn.resolve();
  await expect.poll(async () => await harness.events('job_a')).toContain('attempt.busy');
  harness.agents.finishAll();
  await drained;

  expect(worker.running).toEqual([]);
  expect((await harness.job('job_a')).status).toBe('succeeded');
});

test('an orphan whose socket was tidied away is ended all the same', async () => {
  await using harness = await openHarness();
  await harness.add('job_a');
  {
    await using worker = await harness.worker();
    await harness.until('job_a', settled);
    await worker.untilIdle(never);
  }
  const [attempt] = await harness.attempts('job_a');
  const env = { ...process.env, TMUX_BUILDER_RUN: attempt?.runId ?? '' };
  const orphan = spawn('sleep', ['1000'], { env, stdio: 'ignore' });
  const cleared = Promise.withResolvers<string>();
  const agents: Agents = withAgents(harness.agents, {
    clear: async ({ runId }) => cleared.resolve(runId),
  });
  await using _worker = await harness.worker({ agents });

  expect(await cleared.promise).toBe(attempt?.runId);
  orphan.kill('SIGKILL');
});

test('an orphan that does not end keeps no other from being ended', async () => {
  await using harness = await openHarness();
  for (const id of ['job_a', 'job_b']) await harness.add(id);
  {
    await using worker = await harness.worker();
    for (const id of ['job_a', 'job_b']) await harness.until(id, settled);
    await worker.untilIdle(never);
  }
  for (const id of ['job_a', 'job_b']) {
    const [attempt] = await harness.attempts(id);
    mkdirSync(dirname(attempt?.socketPath ?? ''), { recursive: true });
  }
  const cleared = new Set<string>();
  const agents: Agents = withAgents(harness.agents, {
    clear: async ({ runId }) => {
      cleared.add(runId);
      if (cleared.size === 1) throw new AgentSurvivesError([4711]);
    },
  });
  await using _worker = await harness.worker({ agents });

  await expect.poll(() => cleared.size).toBe(2);
});

test('a retry of a job in an archived session is refused', async () => {
  await using harness = await openHarness(() => 'permanent');
  await harness.add('job_a');
  await using _worker = await harness.worker();
  await harness.until('job_a', ['failed']);
  await harness.store.write(
    async (sql) => await sql.run(`UPDATE sessions SET status = 'archived' WHERE id = 'ses'`),
    never,
  );

  await expect(
    retryJob(harness.store, 'job_a', { now: 1, attempts: 1, deadlineAt: undefined }, never),
  ).rejects.toMatchObject({ code: 'session.not-active' });
});
