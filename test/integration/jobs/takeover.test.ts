import { expect, test } from 'vitest';
import { never, openHarness } from './harness.ts';
import { buryWorkers, processOf, untilEvent } from './mortal.ts';

const settled = ['succeeded', 'failed', 'cancelled', 'expired', 'skipped'];

test('a stopped worker leaves its agent, and the next one adopts it without asking again', async () => {
  await using harness = await openHarness(() => 'hang');
  await harness.add('job_a');
  {
    await using _first = await harness.worker();
    await untilEvent(harness, 'job_a', 'attempt.busy');
  }
  expect(harness.agents.alive).toHaveLength(1);
  await using _second = await harness.worker();
  await untilEvent(harness, 'job_a', 'attempt.taken-over');
  await expect.poll(() => harness.agents.log.length).toBe(3);

  expect(harness.agents.log.map((line) => line.split(' ')[0])).toEqual([
    'start',
    'deliver',
    'adopt',
  ]);
  expect((await harness.job('job_a')).attempts).toBe(1);
});

test('a worker stopped past its lease loses the job; what it writes later is refused', async () => {
  await using harness = await openHarness(() => 'hang');
  await harness.add('job_a');
  const first = processOf(harness);
  const early = await harness.worker({ ...first, leaseMs: 150, isDoomed: true });
  await untilEvent(harness, 'job_a', 'attempt.busy');
  first.stop();
  await using second = await harness.worker({ leaseMs: 600 });
  await untilEvent(harness, 'job_a', 'attempt.taken-over');
  first.resume();
  await expect.poll(() => early.running).toEqual([]);
  harness.agents.finishAll();
  const job = await harness.until('job_a', settled);
  await second.untilIdle(never);

  expect(job).toMatchObject({ status: 'succeeded', attempts: 1 });
  expect((await harness.attempts('job_a'))[0]?.workerId).toBe(second.id);
  const kinds = await harness.events('job_a');
  expect(kinds.filter((kind) => kind === 'job.settled')).toHaveLength(1);
  expect(harness.agents.log.filter((line) => line.startsWith('deliver'))).toHaveLength(1);
});

test('a worker that wakes too late to start its agent ends it again', async () => {
  await using harness = await openHarness();
  await harness.add('job_a');
  // Its writes: it registers, claims, checks its lease; then it starts the agent and records it.
  const first = processOf(harness, 3);
  const early = await harness.worker({ ...first, leaseMs: 150, isDoomed: true });
  await first.stopped;
  await using second = await harness.worker({ leaseMs: 600 });
  const job = await harness.until('job_a', settled);
  first.resume();
  await expect.poll(() => early.running).toEqual([]);
  await second.untilIdle(never);

  expect(job.status).toBe('succeeded');
  expect(harness.agents.alive).toEqual([]);
});

test('a death after the result and before the end of the agent leaves no agent', async () => {
  await using harness = await openHarness();
  await harness.add('job_a');
  const doomed = processOf(harness);
  // What the agent used is asked for between the two.
  harness.agents.spent = () => {
    doomed.stop();
    return undefined;
  };
  void harness.worker({ ...doomed, isDoomed: true });
  await doomed.stopped;
  expect((await harness.job('job_a')).status).toBe('succeeded');
  expect(harness.agents.alive).toHaveLength(1);
  await buryWorkers(harness);
  await using second = await harness.worker();
  await second.untilIdle(never);

  expect(harness.agents.alive).toEqual([]);
  expect((await harness.job('job_a')).attempts).toBe(1);
});

// One job makes half a dozen writes, and two run at once: each write is a place to die.
test.each(Array.from({ length: 24 }, (_, writes) => writes))(
  'a death at write %i loses nothing and does nothing twice',
  async (writes) => {
    await using harness = await openHarness();
    const jobs = ['job_a', 'job_b', 'job_c'];
    for (const id of jobs) await harness.add(id, { maxAttempts: 2 });
    const doomed = processOf(harness, writes);
    const allSettled = Promise.all(jobs.map(async (id) => await harness.until(id, settled)));
    void harness.worker({ ...doomed, concurrency: 2, isDoomed: true });
    await Promise.race([doomed.stopped, allSettled]);
    doomed.stop();
    await buryWorkers(harness);
    await using second = await harness.worker();
    const ends = await allSettled;
    await second.untilIdle(never);

    expect(ends.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    for (const { id } of ends) {
      const kinds = await harness.events(id);
      expect(kinds.filter((kind) => kind === 'job.settled')).toHaveLength(1);
      const winners = (await harness.attempts(id)).filter(({ outcome }) => outcome === 'succeeded');
      expect(winners).toHaveLength(1);
    }
    const deliveries = harness.agents.log.filter((line) => line.startsWith('deliver'));
    expect(deliveries).toHaveLength(3);
    expect(harness.agents.alive).toEqual([]);
  },
);
