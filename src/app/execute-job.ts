import { getJob, isSettled, type Job } from '../jobs/index.ts';
import type { StoredEvent } from '../store/index.ts';
import type { AppContext } from './context.ts';
import { followJob } from './follow-job.ts';
import { startWorker } from './start-worker.ts';

/**
 * Do one job here and now, together with the jobs it waits for, and return it settled. A worker
 * that runs elsewhere may be quicker and do it; the result is the same.
 *
 * @throws `signal.reason` when aborted; the agent goes on and the next worker adopts it.
 */
export async function executeJob(
  ctx: AppContext,
  jobId: string,
  onEvent: (event: StoredEvent) => void,
  signal: AbortSignal,
): Promise<Job> {
  const job = await getJob(ctx.store, jobId, signal);
  if (isSettled(job.status)) return job;
  const only = await withDependencies(ctx, job.id, signal);
  await using _worker = await startWorker(ctx, { only }, signal);
  return await followJob(ctx, job.id, onEvent, signal);
}

/** The job and every unsettled job it waits for, directly or not. */
async function withDependencies(
  { store }: AppContext,
  jobId: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return await store.read(async (sql) => {
    const rows = await sql.all(
      `WITH RECURSIVE needed (id) AS (
         SELECT CAST($1 AS text)
         UNION SELECT d.depends_on FROM dependencies d JOIN needed n ON d.job_id = n.id
       ) SELECT id FROM needed`,
      [jobId],
    );
    return rows.map((row) => String(row['id']));
  }, signal);
}
