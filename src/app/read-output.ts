import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, systemCode } from '../base/index.ts';
import { getJob, isSettled } from '../jobs/index.ts';
import type { AppContext } from './context.ts';
import { findLastAttempt } from './find-last-attempt.ts';

/**
 * Read the accepted output of a job.
 *
 * @throws {CodedError} `job.not-settled` or `job.no-accepted-output`.
 */
export async function readOutput(
  { store }: AppContext,
  jobId: string,
  signal: AbortSignal,
): Promise<string> {
  const job = await getJob(store, jobId, signal);
  if (job.outputPath !== undefined) return await readFile(job.outputPath, 'utf8');
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

export interface JobLog {
  /** Bytes that the agent's terminal printed, escape sequences included. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Find what the last attempt's terminal printed.
 *
 * @throws {CodedError} `job.no-log` when no agent has run for it.
 */
export async function findJobLog(
  ctx: AppContext,
  jobId: string,
  signal: AbortSignal,
): Promise<JobLog> {
  const { job, attempt } = await findLastAttempt(ctx, jobId, signal);
  const path = attempt === undefined ? undefined : join(attempt.exchangeDir, 'stream.log');
  const size = path === undefined ? undefined : await sizeOf(path);
  if (path !== undefined && size !== undefined) return { path, bytes: size };
  throw new CodedError('job.no-log', `No agent has run for job ${job.id} yet.`, {
    facts: { jobId: job.id, status: job.status },
    todo: `See where it stands: tmux-builder job show ${job.id}`,
  });
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
