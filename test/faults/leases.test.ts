import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { AgentRequest } from '../../src/agents/index.ts';
import { type Clock, systemClock } from '../../src/base/index.ts';
import { never, openHarness } from '../integration/jobs/harness.ts';
import { untilEvent } from '../integration/jobs/mortal.ts';
import { withAgents } from '../support/fake-agents.ts';

const settled = ['succeeded', 'failed', 'cancelled', 'expired', 'skipped'];
const HOUR_MS = 3_600_000;

test('of fifty workers that claim one job at once, one gets it', async () => {
  await using harness = await openHarness();
  const workers = await Promise.all(
    Array.from({ length: 50 }, async () => await harness.worker({ concurrency: 50 })),
  );
  await harness.add('job_a');
  await harness.until('job_a', settled);
  await Promise.all(workers.map(async (worker) => await worker.untilIdle(never)));

  const kinds = await harness.events('job_a');
  expect(kinds.filter((kind) => kind === 'attempt.started')).toHaveLength(1);
  expect(harness.agents.log.filter((line) => line.startsWith('deliver'))).toHaveLength(1);
});

test('files under the names of each other’s outputs are outputs of neither', async () => {
  await using harness = await openHarness(() => 'no-output');
  const requests: AgentRequest[] = [];
  const both = Promise.withResolvers<void>();
  const agents = withAgents(harness.agents, {
    start: async (request) => {
      if (requests.push(request) === 2) both.resolve();
      await both.promise;
      const other = requests.find(({ runId }) => runId !== request.runId) ?? request;
      const name = basename(other.exchange.outputPath);
      await writeFile(join(request.exchange.dir, name), 'the answer of another\n');
      return await harness.agents.start(request);
    },
  });
  for (const id of ['job_a', 'job_b']) await harness.add(id, { maxAttempts: 1 });
  await using _worker = await harness.worker({ agents });

  for (const id of ['job_a', 'job_b']) {
    const job = await harness.until(id, settled);
    expect(job).toMatchObject({ status: 'failed', error: { code: 'job.no-output' } });
  }
});

test.each([
  ['forward', HOUR_MS],
  ['back', -HOUR_MS],
])('a clock that is set an hour %s loses no job and does none twice', async (_way, ms) => {
  let offset = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + offset };
  await using harness = await openHarness((id, attempt) =>
    id === 'job_last' || attempt > 1 ? 'succeed' : 'hang',
  );
  const ids = ['job_a', 'job_b'];
  for (const id of ids) await harness.add(id);
  await using first = await harness.worker({ clock, leaseMs: 600 });
  for (const id of ids) await untilEvent(harness, id, 'attempt.busy');
  offset = ms;
  await using second = await harness.worker({ clock, leaseMs: 600 });
  // Due on either side of the jump, and done by whoever has looked at the others before.
  await harness.add('job_last', { runAt: 1 });
  await harness.until('job_last', settled);
  harness.agents.finishAll();
  const ends = await Promise.all(ids.map(async (id) => await harness.until(id, settled)));
  for (const worker of [first, second]) await worker.untilIdle(never);

  expect(ends.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  for (const id of ids) {
    const kinds = await harness.events(id);
    expect(kinds.filter((kind) => kind === 'job.settled')).toHaveLength(1);
    const attempts = await harness.attempts(id);
    expect(attempts.filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(1);
    // Taken over, the hour counts against the time limit: then it was tried again, once.
    expect(attempts.length).toBeLessThanOrEqual(ms > 0 ? 2 : 1);
  }
  expect(harness.agents.alive).toEqual([]);
});
