import { expect, test } from 'vitest';
import { findLimits, requestCancel, retryJob } from '../../../src/jobs/index.ts';
import { type Harness, never, openHarness } from './harness.ts';
import { untilEvent } from './mortal.ts';

const HOUR = 3_600_000;
const settled = ['succeeded', 'failed', 'cancelled', 'expired', 'skipped'];

async function untilWaiting(harness: Harness, jobId: string): Promise<void> {
  await untilEvent(harness, jobId, 'job.requeued');
}

/** As if so much time had passed. */
async function pass(harness: Harness, ms: number): Promise<void> {
  await harness.store.write(async (sql) => {
    await sql.run('UPDATE attempts SET ended_at = ended_at - $1', [ms]);
    await sql.run('UPDATE jobs SET run_at = run_at - $1', [ms]);
  }, never);
}

test('a usage limit puts the job off until it is lifted, and is no attempt', async () => {
  await using harness = await openHarness(() => 'quota');
  const retryAt = Date.now() + HOUR;
  harness.agents.retryAt = retryAt;
  await harness.add('job_a', { maxAttempts: 1 });
  await using _worker = await harness.worker();
  await untilWaiting(harness, 'job_a');
  const job = await harness.job('job_a');

  expect(job).toMatchObject({
    status: 'queued',
    maxAttempts: 2,
    error: { code: 'job.usage-limit', message: "You've hit your limit" },
  });
  expect(job.runAt).toBeGreaterThanOrEqual(retryAt);
  expect(job.runAt).toBeLessThanOrEqual(retryAt + 61_000);
  const events = await harness.store.events('job_a', 0, 100, never);
  const requeued = events.find(({ kind }) => kind === 'job.requeued');
  expect(requeued?.data).toMatchObject({ reason: 'quota', run_at: job.runAt });
  expect(harness.agents.alive).toEqual([]);
});

test('of a hundred queued jobs no more meet the limit than run at once', async () => {
  await using harness = await openHarness((id) => (id.startsWith('job_') ? 'quota' : 'succeed'));
  harness.agents.retryAt = Date.now() + HOUR;
  const ids = Array.from({ length: 100 }, (_, index) => `job_${index}`);
  for (const id of ids) await harness.add(id);
  await using _worker = await harness.worker({ concurrency: 3 });
  await expect
    .poll(
      async () =>
        (await harness.store.read(async (sql) => await findLimits(sql, Date.now()), never)).size,
    )
    .toBe(1);
  // Another agent's job, added last and of a lower priority, shows that the queue was gone through.
  await harness.add('other', { agent: 'claude', priority: -1 });
  await harness.until('other', settled);

  const starts = harness.agents.log.filter((line) => line.startsWith('start job_'));
  expect(starts.length).toBeLessThanOrEqual(3);
});

test('once the limit is lifted everything goes on by itself', async () => {
  let isLifted = false;
  await using harness = await openHarness(() => (isLifted ? 'succeed' : 'quota'));
  harness.agents.retryAt = Date.now() + HOUR;
  for (const id of ['job_a', 'job_b', 'job_c']) await harness.add(id, { maxAttempts: 1 });
  await using _worker = await harness.worker({ concurrency: 1 });
  await untilWaiting(harness, 'job_a');
  isLifted = true;
  await pass(harness, 1.1 * HOUR);
  const ends = await Promise.all(
    ['job_a', 'job_b', 'job_c'].map(async (id) => await harness.until(id, settled)),
  );

  expect(ends.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect(ends.map(({ attempts }) => attempts)).toEqual([2, 1, 1]);
  expect(ends.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
});

test('a limit that does not say when it is lifted is waited for ever longer', async () => {
  await using harness = await openHarness(() => 'quota');
  await harness.add('job_a');
  await using _worker = await harness.worker();
  const waits: number[] = [];
  for (let round = 1; round <= 4; round += 1) {
    await expect
      .poll(
        async () =>
          (await harness.events('job_a')).filter((kind) => kind === 'job.requeued').length,
      )
      .toBe(round);
    const { runAt } = await harness.job('job_a');
    const events = await harness.store.events('job_a', 0, 100, never);
    const { at = 0 } = events.findLast(({ kind }) => kind === 'job.requeued') ?? {};
    waits.push(Math.floor((runAt - at) / HOUR));
    await pass(harness, runAt - Date.now());
  }

  expect(waits).toEqual([1, 2, 4, 6]);
});

test('work that succeeds in between begins the waits anew', async () => {
  let isLifted = false;
  await using harness = await openHarness(() => (isLifted ? 'succeed' : 'quota'));
  await harness.add('job_a');
  await using _worker = await harness.worker();
  await untilWaiting(harness, 'job_a');
  isLifted = true;
  await pass(harness, 2 * HOUR);
  await harness.until('job_a', settled);
  isLifted = false;
  await harness.add('job_b');
  await untilWaiting(harness, 'job_b');

  const { runAt } = await harness.job('job_b');
  expect(runAt - Date.now()).toBeLessThan(1.1 * HOUR);
});

test.each(['job_a', 'job_b'])('a person’s retry of %s takes the limit for lifted', async (id) => {
  let isLifted = false;
  await using harness = await openHarness(() => (isLifted ? 'succeed' : 'quota'));
  harness.agents.retryAt = Date.now() + HOUR;
  await harness.add('job_a');
  await harness.add('job_b');
  await using _worker = await harness.worker({ concurrency: 1 });
  await untilWaiting(harness, 'job_a');
  isLifted = true;
  const retry = { now: Date.now(), attempts: 3, deadlineAt: undefined };
  await retryJob(harness.store, id, retry, never);

  expect((await harness.until('job_a', settled)).status).toBe('succeeded');
  expect((await harness.until('job_b', settled)).status).toBe('succeeded');
  expect(await harness.events(id)).toContain('job.retried');
});

test('a queued job that waits for no limit cannot be retried', async () => {
  await using harness = await openHarness();
  await harness.add('job_a', { runAt: Date.now() + HOUR });
  const retry = { now: Date.now(), attempts: 3, deadlineAt: undefined };

  await expect(retryJob(harness.store, 'job_a', retry, never)).rejects.toMatchObject({
    code: 'job.wrong-status',
  });
});

test('a job whose deadline comes before the reset fails with the limit as its reason', async () => {
  await using harness = await openHarness(() => 'quota');
  harness.agents.retryAt = Date.now() + HOUR;
  await harness.add('job_a', { deadlineAt: Date.now() + HOUR / 2, backoffMs: HOUR });
  await using _worker = await harness.worker();

  expect(await harness.until('job_a', settled)).toMatchObject({
    status: 'failed',
    error: { code: 'job.usage-limit' },
  });
});

test('cancelling the job that waits lets the next one try', async () => {
  await using harness = await openHarness((id) => (id === 'job_a' ? 'quota' : 'succeed'));
  harness.agents.retryAt = Date.now() + HOUR;
  await harness.add('job_a');
  await harness.add('job_b');
  await using _worker = await harness.worker({ concurrency: 1 });
  await untilWaiting(harness, 'job_a');
  await requestCancel(harness.store, 'job_a', Date.now(), never);

  expect((await harness.until('job_b', settled)).status).toBe('succeeded');
});
