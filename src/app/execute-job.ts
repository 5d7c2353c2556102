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
  const only = await neededFor(ctx, job.id, signal);
  await using _worker = await startWorker(ctx, { only }, signal);
  return await followJob(ctx, job.id, onEvent, signal);
}

/**
 * The job and every job it waits for, directly or not: those it depends on, and those before it in
 * its conversation, which keeps its order whoever works on it.
 */
async function neededFor(
  { store }: AppContext,
  jobId: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return await store.read(async (sql) => {
    const needed = new Set([jobId]);
    for (const id of needed) {
      const rows = await sql.all(
        `SELECT depends_on AS id FROM dependencies WHERE job_id = $1
         UNION SELECT ahead.id FROM jobs own JOIN jobs ahead ON ahead.session_id = own.session_id
         WHERE own.id = $1 AND own.mode = 'persistent' AND ahead.mode = 'persistent'
           AND ahead.status IN ('queued', 'leased', 'running')
           AND (ahead.created_at, ahead.id) < (own.created_at, own.id)
           AND NOT EXISTS (SELECT 1 FROM jobs nearer WHERE nearer.session_id = own.session_id
             AND nearer.mode = 'persistent' AND nearer.status IN ('queued', 'leased', 'running')
             AND (nearer.created_at, nearer.id) < (own.created_at, own.id)
             AND (nearer.created_at, nearer.id) > (ahead.created_at, ahead.id))`,
        [id],
      );
      for (const row of rows) needed.add(String(row['id']));
    }
    return [...needed];
  }, signal);
}
