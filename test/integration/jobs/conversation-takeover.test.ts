import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withAgents } from '../../support/fake-agents.ts';
import { never, openHarness } from './harness.ts';
import { buryWorkers, processOf, untilEvent } from './mortal.ts';

const settled = ['succeeded', 'failed', 'cancelled', 'expired', 'skipped'];
const persistent = { mode: 'persistent' } as const;
const jobs = ['job_a', 'job_b', 'job_c'];

function deliveries(log: readonly string[]): readonly string[] {
  const lines = log.filter((line) => line.startsWith('deliver'));
  return lines.map((line) => line.split(' ')[2]?.split('/')[0] ?? '');
}

// Each job of a conversation makes some seven writes, and each of them is a place to die.
test.each(Array.from({ length: 28 }, (_, writes) => writes))(
  'a death at write %i leaves one agent, which gets each job once and in order',
  async (writes) => {
    await using harness = await openHarness();
    harness.agents.remembers = true;
    for (const [index, id] of jobs.entries()) {
      await harness.add(id, { ...persistent, maxAttempts: 2, runAt: index, createdAt: index });
    }
    const doomed = processOf(harness, writes);
    const allSettled = Promise.all(jobs.map(async (id) => await harness.until(id, settled)));
    void harness.worker({ ...doomed, isDoomed: true });
    await Promise.race([doomed.stopped, allSettled]);
    doomed.stop();
    await buryWorkers(harness);
    await using second = await harness.worker();
    const ends = await allSettled;
    await second.untilIdle(never);

    expect(ends.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(deliveries(harness.agents.log)).toEqual(jobs);
    for (const { id, outputPath } of ends) {
      expect(await readFile(outputPath ?? '', 'utf8')).toMatch(new RegExp(`^answer to ${id}/`));
      const kinds = await harness.events(id);
      expect(kinds.filter((kind) => kind === 'job.settled')).toHaveLength(1);
    }
    expect(harness.agents.log.filter((line) => line.startsWith('start'))).toHaveLength(1);
    expect(harness.agents.alive).toHaveLength(1);
  },
);

test('a worker that dies in mid-turn leaves the turn to the next one, which only watches it', async () => {
  await using harness = await openHarness(() => 'hang');
  await harness.add('job_a', persistent);
  await harness.add('job_b', persistent);
  const doomed = processOf(harness);
  void harness.worker({ ...doomed, isDoomed: true });
  await untilEvent(harness, 'job_a', 'attempt.busy');
  doomed.stop();
  await buryWorkers(harness);
  await using second = await harness.worker();
  await untilEvent(harness, 'job_a', 'attempt.taken-over');
  await expect.poll(() => harness.agents.log.at(-1)).toMatch(/^adopt /);
  harness.agents.finishAll();
  await untilEvent(harness, 'job_b', 'attempt.busy');
  harness.agents.finishAll();
  await second.untilIdle(never);

  expect(deliveries(harness.agents.log)).toEqual(['job_a', 'job_b']);
  expect(await harness.job('job_a')).toMatchObject({ status: 'succeeded', attempts: 1 });
});

test('a worker that wakes past its lease leaves the agent that another one has by now', async () => {
  await using harness = await openHarness(() => 'hang');
  await harness.add('job_a', persistent);
  const first = processOf(harness);
  const early = await harness.worker({ ...first, leaseMs: 150, isDoomed: true });
  await untilEvent(harness, 'job_a', 'attempt.busy');
  first.stop();
  await using second = await harness.worker({ leaseMs: 600 });
  await untilEvent(harness, 'job_a', 'attempt.taken-over');
  first.resume();
  await expect.poll(() => early.running).toEqual([]);
  expect(harness.agents.alive).toHaveLength(1);
  expect(harness.agents.log.filter((line) => /^(?:interrupt|clear)/.test(line))).toEqual([]);
  harness.agents.finishAll();
  expect((await harness.until('job_a', settled)).status).toBe('succeeded');
  await second.untilIdle(never);
});

test('an agent that is gone with its worker is started again, and the turn is told so', async () => {
  await using harness = await openHarness((_jobId, attempt) =>
    attempt === 1 ? 'hang' : 'succeed',
  );
  harness.agents.remembers = true;
  await harness.add('job_a', persistent);
  const doomed = processOf(harness);
  void harness.worker({ ...doomed, isDoomed: true });
  await untilEvent(harness, 'job_a', 'attempt.busy');
  doomed.stop();
  for (const life of harness.agents.lives.values()) life.isAlive = false;
  await buryWorkers(harness);
  await using second = await harness.worker();
  expect((await harness.until('job_a', settled)).status).toBe('succeeded');
  await second.untilIdle(never);

  const [lost, again] = await harness.attempts('job_a');
  expect(lost?.error?.code).toBe('job.agent-lost');
  const text = await readFile(join(again?.exchangeDir ?? '', 'prompt.md'), 'utf8');
  expect(text).toContain('You were cut off');
  const resumes = [...harness.agents.lives.values()].map(({ request }) => request.resume);
  expect(resumes).toEqual([undefined, expect.stringContaining('conversation of')]);
});

test.each([
  ['before its agent runs', 'early'],
  ['when its agent runs', 'late'],
])(
  'a worker that is stopped %s, and wakes too late, leaves one main agent',
  async (_when, when) => {
    await using harness = await openHarness(() => 'hang');
    await harness.add('job_a', persistent);
    const first = processOf(harness);
    const agents = withAgents(harness.agents, {
      start: async (request) => {
        if (when === 'early') first.stop();
        const agent = await first.agents.start(request, never);
        first.stop();
        // Resolves when it wakes.
        await first.agents.review(request, never);
        return agent;
      },
    });
    const early = await harness.worker({ ...first, agents, leaseMs: 150, isDoomed: true });
    await first.stopped;
    await using second = await harness.worker({ leaseMs: 600 });
    await untilEvent(harness, 'job_a', 'attempt.busy');
    first.resume();
    await expect.poll(() => early.running).toEqual([]);

    expect(harness.agents.alive).toHaveLength(1);
    const record = await readFile(join(harness.sessionDir('ses'), 'state', 'agent.json'), 'utf8');
    expect(record).toContain(harness.agents.alive[0]);
    harness.agents.finishAll();
    expect((await harness.until('job_a', settled)).status).toBe('succeeded');
    await second.untilIdle(never);
    expect(deliveries(harness.agents.log)).toEqual(['job_a']);
  },
);
