import { join } from 'node:path';
import { randomIds, systemClock } from '../../src/base/index.ts';
import { openStore } from '../../src/store/index.ts';
import { jobView } from '../../src/contract/index.ts';
import type { Program } from './cli-program.ts';

/**
 * Put so many settled jobs into the database, a second apart, named `Job 1` (the oldest) and so on.
 * One is added by the program, the others are copies of its row: queueing each takes a minute.
 */
export async function addMany(program: Program, count: number): Promise<void> {
  const signal = new AbortController().signal;
  const job = await program.json(jobView, ['job', 'add', '--agent', 'demo', 'Job 0']);
  await program.run(['job', 'cancel', job.job_id]);
  await using store = await openStore(
    {
      path: join(program.dataDir, 'tmux-builder.db'),
      clock: systemClock,
      ids: randomIds(systemClock),
    },
    signal,
  );
  await store.write(async (sql) => {
    const [row] = await sql.all('SELECT * FROM jobs WHERE id = $1', [job.job_id]);
    if (row === undefined) throw new Error('the job is not there');
    const columns = Object.keys(row).filter(
      (name) => !/^(?:id|title|created_at|status|idempotency_key|error_\w+)$/.test(name),
    );
    const same = columns.join(', ');
    await sql.run(
      `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $2)
       INSERT INTO jobs (id, title, created_at, status, ${same})
       SELECT 'job_many' || printf('%06d', n), 'Job ' || n, created_at - ($2 - n + 1) * 1000,
         CASE n % 4 WHEN 0 THEN 'failed' WHEN 1 THEN 'cancelled' ELSE 'succeeded' END, ${same}
       FROM jobs, numbers WHERE jobs.id = $1`,
      [job.job_id, count],
    );
  }, signal);
}
