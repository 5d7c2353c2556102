import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { never, openHarness } from './harness.ts';

const settled = ['succeeded', 'failed', 'cancelled', 'expired', 'skipped'];

test('a one-shot that was cut off goes on with its conversation, and is told so', async () => {
  await using harness = await openHarness((_jobId, attempt) =>
    attempt === 1 ? 'vanish' : 'succeed',
  );
  harness.agents.remembers = true;
  await harness.add('job_a');
  await using worker = await harness.worker();
  await harness.until('job_a', settled);
  await worker.untilIdle(never);
  const [first, second] = await harness.attempts('job_a');
  expect(second?.resumes).toBe(`conversation of ${first?.runId}`);
  const text = await readFile(join(second?.exchangeDir ?? '', 'prompt.md'), 'utf8');
  expect(text).toContain('You were cut off');
});

test('a one-shot that ends by itself though it was resumed begins anew', async () => {
  await using harness = await openHarness((_jobId, attempt) => {
    if (attempt === 1) return 'vanish';
    return attempt === 2 ? 'exit' : 'succeed';
  });
  harness.agents.remembers = true;
  await harness.add('job_a');
  await using worker = await harness.worker();
  await harness.until('job_a', settled);
  await worker.untilIdle(never);
  const attempts = await harness.attempts('job_a');
  expect(attempts.map(({ resumes }) => resumes !== undefined)).toEqual([false, true, false]);
});

test('a one-shot whose conversation is damaged begins anew, and that costs no attempt', async () => {
  await using harness = await openHarness((_jobId, attempt) =>
    attempt === 1 ? 'vanish' : 'succeed',
  );
  harness.agents.remembers = true;
  harness.agents.isDamaged = true;
  await harness.add('job_a', { maxAttempts: 2 });
  await using worker = await harness.worker();
  const job = await harness.until('job_a', settled);
  await worker.untilIdle(never);
  expect(job.status).toBe('succeeded');
  const attempts = await harness.attempts('job_a');
  expect(attempts.map(({ error }) => error?.code)).toEqual([
    'job.agent-lost',
    'job.not-resumed',
    undefined,
  ]);
  expect(attempts[2]?.resumes).toBeUndefined();
  expect(harness.agents.alive).toEqual([]);
});
