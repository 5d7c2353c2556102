import { expect, test } from 'vitest';
import { holdMainAgent } from '../../../src/jobs/index.ts';
import { never, openHarness } from './harness.ts';
import { untilEvent } from './mortal.ts';

const settled = ['succeeded', 'failed', 'cancelled', 'expired', 'skipped'];
const persistent = { mode: 'persistent' } as const;

test('nobody starts or ends a main agent while a job works with it', async () => {
  await using harness = await openHarness(() => 'hang');
  await harness.add('job_a', persistent);
  await using _worker = await harness.worker();
  await untilEvent(harness, 'job_a', 'attempt.busy');
  const session = { id: 'ses', name: 'shop' };
  await expect(holdMainAgent(harness.store, session, never)).rejects.toMatchObject({
    code: 'session.agent-busy',
    facts: { jobId: 'job_a' },
  });
});

test('no job gets a main agent while a process starts or ends it', async () => {
  await using harness = await openHarness();
  const session = { id: 'ses', name: 'shop' };
  await harness.add('job_a', persistent);
  await harness.add('job_b');
  {
    await using hold = await holdMainAgent(harness.store, session, never);
    await expect(holdMainAgent(harness.store, session, never)).rejects.toMatchObject({
      code: 'session.agent-busy',
    });
    await using worker = await harness.worker();
    await harness.until('job_b', settled);
    await worker.untilIdle(never);
    expect((await harness.job('job_a')).status).toBe('queued');
    await hold.check();
  }
  await using worker = await harness.worker();
  expect((await harness.until('job_a', settled)).status).toBe('succeeded');
  await worker.untilIdle(never);
});

test('a process that died holds no main agent', async () => {
  await using harness = await openHarness();
  await harness.store.write(
    async (sql) =>
      await sql.run(`UPDATE sessions SET busy_pid = $1, busy_start = 'long ago'`, [process.pid]),
    never,
  );
  await harness.add('job_a', persistent);
  await using worker = await harness.worker();
  expect((await harness.until('job_a', settled)).status).toBe('succeeded');
  await worker.untilIdle(never);
  await using hold = await holdMainAgent(harness.store, { id: 'ses', name: 'shop' }, never);
  await hold.check();
});
