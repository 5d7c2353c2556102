import { readFile } from 'node:fs/promises';
import { CodedError } from '../base/index.ts';
import { getJob, isSettled } from '../jobs/index.ts';
import type { AppContext } from './context.ts';
import { currentDir } from './find-recording.ts';

/**
 * Read the accepted output of a job.
 *
 * @throws {CodedError} `job.not-settled` or `job.no-accepted-output`.
 */
export async function readOutput(
  ctx: AppContext,
  jobId: string,
  signal: AbortSignal,
): Promise<string> {
  const job = await getJob(ctx.store, jobId, signal);
  if (job.outputPath !== undefined) {
    const session = await ctx.sessions.get(job.sessionId, signal);
    return await readFile(currentDir(ctx, session, job.outputPath), 'utf8');
  }
  if (!isSettled(job.status)) {
    throw new CodedError(
      'job.not-settled',
      `Job ${job.id} is ${job.status}; it has no output yet.`,
      {
        facts: { jobId: job.id, status: job.status },
        todo: `Wait for it: tmux-builder job wait ${job.id}`,
      },
    );
  }
  throw new CodedError(
    'job.no-accepted-output',
    `Job ${job.id} is ${job.status} and has no output.`,
    {
      facts: { jobId: job.id, status: job.status },
      todo: `See why: tmux-builder job show ${job.id}`,
    },
  );
}
