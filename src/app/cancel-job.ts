import { isSettled, type Job, requestCancel } from '../jobs/index.ts';
import type { AppContext } from './context.ts';
import { followJob } from './follow-job.ts';
import { startWorker } from './start-worker.ts';

/**
 * Cancel a job and wait for its end; its agent is ended and proven gone. When no worker lives
 * that could end the agent, this process takes the job over and does it.
 *
 * @returns the settled job. One that was settled before is returned as it was: see its status.
 */
export async function cancelJob(ctx: AppContext, jobId: string, signal: AbortSignal): Promise<Job> {
  const job = await requestCancel(ctx.store, jobId, ctx.clock.now(), signal);
  if (isSettled(job.status)) return job;
  await using _worker = await startWorker(ctx, { only: [job.id] }, signal);
  return await followJob(ctx, job.id, () => {}, signal);
}
