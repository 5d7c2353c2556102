import { expect, test } from 'vitest';
import { claimNext } from '../../../src/jobs/lease.ts';
import { randomIds, systemClock } from '../../../src/base/index.ts';
import type { Row, SqlValue, Store } from '../../../src/store/index.ts';
import { never, openHarness } from './harness.ts';

/** The plan of each query that a claim asks, as SQLite tells it. */
async function plans(store: Store): Promise<readonly string[]> {
  const queries: { readonly text: string; readonly values: readonly SqlValue[] }[] = [];
  const noting: Store = {
    ...store,
    claimClause: '',
    write: async (work, signal) =>
      await store.write(
        async (sql) =>
          await work({
            ...sql,
            all: async (text: string, values: readonly SqlValue[] = []): Promise<Row[]> => {
              queries.push({ text, values });
              return [...(await sql.all(text, values))];
            },
          }),
        signal,
      ),
  };
  const claim = {
    workerId: 'w',
    now: systemClock.now(),
    leaseMs: 1_000,
    limits: { concurrency: 4, sessionConcurrency: undefined },
    only: undefined,
    place: () => ({ exchangeDir: '/x', socketPath: '/x/s' }),
  };
  await claimNext(noting, claim, randomIds(systemClock), never);
  return await store.read(async (sql) => {
    const selects = queries.filter(({ text }) => text.includes(`status = 'queued'`));
    const rows = await Promise.all(
      selects.map(async ({ text, values }) => await sql.all(`EXPLAIN QUERY PLAN ${text}`, values)),
    );
    return rows.flat().map((row) => String(row['detail']));
  }, never);
}

test('a claim looks jobs up by their place in the order, however many wait in a conversation', async () => {
  await using harness = await openHarness();
  await harness.add('job_a', { mode: 'persistent' });
  const steps = await plans(harness.store);

  expect(steps.filter((step) => /^SCAN (?!sessions)/.test(step))).toEqual([]);
  for (const index of [
    'jobs_at_limit',
    'jobs_to_claim',
    'jobs_begun',
    'jobs_next',
    'jobs_holding',
  ]) {
    expect(steps.join('\n')).toContain(`INDEX ${index} (`);
  }
  // The order comes from the index: nothing is sorted but the heads themselves.
  expect(steps.filter((step) => step.includes('TEMP B-TREE')).length).toBeLessThanOrEqual(1);
});
