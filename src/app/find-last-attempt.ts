import { type Attempt, getJob, type Job, listAttempts } from '../jobs/index.ts';
import type { AppContext } from './context.ts';

/** A job with its newest attempt, whose agent may be alive; undefined before the first. */
export async function findLastAttempt(
  { store }: AppContext,
  jobId: string,
  signal: AbortSignal,
): Promise<{ readonly job: Job; readonly attempt: Attempt | undefined }> {
  const job = await getJob(store, jobId, signal);
  return { job, attempt: (await listAttempts(store, job.id, signal)).at(-1) };
}
