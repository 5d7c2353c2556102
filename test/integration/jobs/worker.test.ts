import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Agents, AgentSurvivesError } from '../../../src/agents/index.ts';
import { requestCancel, retryJob, type Job } from '../../../src/jobs/index.ts';
import { withAgents } from '../../support/fake-agents.ts';
import { never, openHarness } from './harness.ts';

const on = (jobId: string, rule: 'success' | 'finished') => ({ dependencies: [{ jobId, rule }] });
const settled = ['succeeded', 'failed', 'cancelled', 'expired', 'skipped'];

test('a job succeeds once its output is accepted, and its agent is ended after that', async () => {
  await using harness = await openHarness();
  await harness.add('job_a');
  await using worker = await harness.worker();
  const job = await harness.until('job_a', settled);
  await worker.untilIdle(never);

  expect(job).toMatchObject({ status: 'succeeded', attempts: 1, error: undefined });
  expect(await readFile(job.outputPath ?? '', 'utf8')).toMatch(/^answer of job_a\.1\./);
  expect(harness.agents.alive).toEqual([]);
  expect(await harness.events('job_a')).toEqual([
    'job.queued',
    'attempt.started',
    'attempt.agent-started',
    'attempt.delivering',
    'attempt.busy',
    'attempt.ended',
    'job.settled',
  ]);
});

test('a higher priority goes first, then the older job', async () => {
  await using harness = await openHarness();
  await harness.add('job_a', { createdAt: 1, runAt: 1 });
  await harness.add('job_b', { createdAt: 2, runAt: 2 });
  await harness.add('job_c', { createdAt: 3, runAt: 3, priority: 5 });
  await using worker = await harness.worker({ concurrency: 1 });
  await worker.untilIdle(never);
  await Promise.all(
    ['job_a', 'job_b', 'job_c'].map(async (id) => await harness.until(id, settled)),
  );

  const starts = harness.agents.log.filter((line) => line.startsWith('start'));
  expect(starts.map((line) => line.slice(6, 11))).toEqual(['job_c', 'job_a', 'job_b']);
});

test('no more jobs run at once than the session allows, while another session goes on', async () => {
  await using harness = await openHarness(() => 'hang');
  for (const id of ['job_a', 'job_b', 'job_c']) await harness.add(id);
  await harness.add('job_z', { sessionId: 'two' });
  await using _worker = await harness.worker({ concurrency: 3, sessionConcurrency: 1 });
  await harness.until('job_z', ['running']);
  await harness.until('job_a', ['running']);

  expect((await harness.job('job_b')).status).toBe('queued');
  expect((await harness.job('job_c')).status).toBe('queued');
});

test('a failure is tried again after a pause, with a new exchange, until no attempt is left', async () => {
  await using harness = await openHarness(() => 'exit');
  await harness.add('job_a', { maxAttempts: 3 });
  await using _worker = await harness.worker();
  const job = await harness.until('job_a', settled);

  expect(job).toMatchObject({ status: 'failed', attempts: 3 });
  expect(job.error).toMatchObject({
    code: 'agent.exited',
    message: 'The agent exited with status 3. Its last line was: bye',
  });
  const dirs = (await harness.attempts('job_a')).map(({ exchangeDir }) => exchangeDir);
  expect(new Set(dirs).size).toBe(3);
});

test('a second attempt can succeed, and says how many it took', async () => {
  await using harness = await openHarness((_id, attempt) => (attempt === 1 ? 'vanish' : 'succeed'));
  await harness.add('job_a');
  await using _worker = await harness.worker();

  expect(await harness.until('job_a', settled)).toMatchObject({
    status: 'succeeded',
    attempts: 2,
    error: undefined,
  });
});

test('a permanent failure is not tried again', async () => {
  await using harness = await openHarness(() => 'permanent');
  await harness.add('job_a');
  await using _worker = await harness.worker();

  expect(await harness.until('job_a', settled)).toMatchObject({ status: 'failed', attempts: 1 });
});

test('a turn that ends without an output file is no success', async () => {
  await using harness = await openHarness(() => 'no-output');
  await harness.add('job_a', { maxAttempts: 1 });
  await using _worker = await harness.worker();
  const job = await harness.until('job_a', settled);

  expect(job).toMatchObject({ status: 'failed', error: { code: 'job.no-output' } });
});

test('an agent that says nothing is ended at the time limit, before its retry starts', async () => {
  await using harness = await openHarness((_id, attempt) => (attempt === 1 ? 'hang' : 'succeed'));
  await harness.add('job_a', { timeLimitMs: 200 });
  await using worker = await harness.worker();
  const job = await harness.until('job_a', settled);
  await worker.untilIdle(never);

  expect(job).toMatchObject({ status: 'succeeded', attempts: 2 });
  const [first] = await harness.attempts('job_a');
  expect(first?.error?.code).toBe('job.timed-out');
  const order = harness.agents.log.map((line) => line.split('.').slice(0, 2).join('.'));
  expect(order.indexOf('clear job_a.1')).toBeLessThan(order.indexOf('start job_a.2'));
  expect(harness.agents.alive).toEqual([]);
});

test('cancelling a running job ends its agent and settles it', async () => {
  await using harness = await openHarness(() => 'hang');
  await harness.add('job_a');
  await using _worker = await harness.worker();
  await harness.until('job_a', ['running']);
  await requestCancel(harness.store, 'job_a', 1, never);
  const job = await harness.until('job_a', settled);

  expect(job.status).toBe('cancelled');
  expect(harness.agents.alive).toEqual([]);
});

test('a deadline ends a running job, and one that waits, as expired', async () => {
  await using harness = await openHarness(() => 'hang');
  const soon = Date.now() + 300;
  await harness.add('job_a', { deadlineAt: soon });
  await harness.add('job_b', { deadlineAt: soon });
  await using _worker = await harness.worker({ concurrency: 1 });

  expect((await harness.until('job_a', settled)).status).toBe('expired');
  expect((await harness.until('job_b', settled)).status).toBe('expired');
});

test('a job waits for those it depends on, and is skipped with the cause when one fails', async () => {
  await using harness = await openHarness((id) => (id === 'job_bad' ? 'permanent' : 'succeed'));
  await harness.add('job_a');
  await harness.add('job_bad');
  await harness.add('job_b', { ...on('job_a', 'success'), priority: 9 });
  await harness.add('job_c', on('job_bad', 'success'));
  await harness.add('job_d', on('job_c', 'success'));
  await harness.add('job_e', on('job_bad', 'finished'));
  await using _worker = await harness.worker({ concurrency: 1 });
  const ends: Record<string, Job> = {};
  for (const id of ['job_a', 'job_b', 'job_c', 'job_d', 'job_e']) {
    ends[id] = await harness.until(id, settled);
  }

  expect(Object.entries(ends).map(([id, { status }]) => `${id} ${status}`)).toEqual([
    'job_a succeeded',
    'job_b succeeded',
    'job_c skipped',
    'job_d skipped',
    'job_e succeeded',
  ]);
  expect(ends['job_d']?.error?.message).toContain('job_c');
  expect(harness.agents.log.some((line) => line.includes('job_c'))).toBe(false);
});

test('a failed job can be retried by a person and counts its attempts on', async () => {
  let isFixed = false;
  await using harness = await openHarness(() => (isFixed ? 'succeed' : 'permanent'));
  await harness.add('job_a');
  await using _worker = await harness.worker();
  await harness.until('job_a', settled);
  isFixed = true;
  await retryJob(harness.store, 'job_a', { now: 1, attempts: 1, deadlineAt: undefined }, never);

  expect(await harness.until('job_a', settled)).toMatchObject({ status: 'succeeded', attempts: 2 });
});

test('the same idempotency key gives the first job back, and refuses another prompt', async () => {
  await using harness = await openHarness();
  const first = await harness.add('job_a', { idempotencyKey: 'k', promptDigest: 'd' });
  const second = await harness.add('job_b', { idempotencyKey: 'k', promptDigest: 'd' });

  expect(second.id).toBe(first.id);
  await expect(
    harness.add('job_c', { idempotencyKey: 'k', promptDigest: 'other' }),
  ).rejects.toMatchObject({ code: 'job.key-reused' });
});

test('refuses a job for a session that is being archived', async () => {
  await using harness = await openHarness();
  await harness.store.write(
    async (sql) => await sql.run(`UPDATE sessions SET status = 'archiving' WHERE id = 'ses'`),
    never,
  );

  await expect(harness.add('job_a')).rejects.toMatchObject({ code: 'session.not-active' });
});

test('a file that the system refuses fails the attempt in words, and is tried again', async () => {
  await using harness = await openHarness();
  await harness.add('job_a', { maxAttempts: 2 });
  const jobs = join(harness.dir, 'sessions', 'active', 'ses', 'jobs');
  await rm(jobs, { recursive: true });
  await writeFile(jobs, 'not a directory');
  await using _worker = await harness.worker();
  const job = await harness.until('job_a', settled);

  expect(job).toMatchObject({
    status: 'failed',
    attempts: 2,
    error: { code: 'job.file-failed', message: expect.stringContaining('ENOTDIR') },
  });
});

test('a process that outlives SIGKILL keeps its job from ending, and says so', async () => {
  await using harness = await openHarness(() => 'exit');
  await harness.add('job_a', { maxAttempts: 1 });
  let isStuck = true;
  const agents: Agents = harness.agents;
  const stuck = withAgents(agents, {
    clear: async (request, signal) => {
      if (isStuck) throw new AgentSurvivesError([4711]);
      await agents.clear(request, signal);
    },
  });
  await using _worker = await harness.worker({ agents: stuck, leaseMs: 150 });
  await expect.poll(async () => await harness.events('job_a')).toContain('attempt.survives');
  expect((await harness.job('job_a')).status).toBe('running');
  isStuck = false;

  expect((await harness.until('job_a', settled)).status).toBe('failed');
});
