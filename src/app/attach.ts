import { CodedError, exists } from '../base/index.ts';
import type { AppContext } from './context.ts';
import { findLastAttempt } from './find-last-attempt.ts';

export interface Attachment {
  /** Program and arguments that show the agent's terminal. */
  readonly command: readonly string[];
  readonly isReadOnly: boolean;
  readonly agentId: string;
}

/**
 * Say how to look at a job's agent. Read-only unless asked otherwise, and never the one who
 * decides the size: a small terminal would shrink the agent's window for good.
 *
 * @throws {CodedError} `job.no-agent` when none is alive.
 */
export async function attachmentOf(
  ctx: AppContext,
  jobId: string,
  isReadOnly: boolean,
  signal: AbortSignal,
): Promise<Attachment> {
  const { job, attempt } = await findLastAttempt(ctx, jobId, signal);
  const isLive =
    attempt !== undefined && attempt.state !== 'ended' && (await exists(attempt.socketPath));
  if (!isLive) {
    throw new CodedError(
      'job.no-agent',
      `Job ${job.id} is ${job.status}; no agent of it is alive.`,
      {
        facts: { jobId: job.id, status: job.status },
        todo: `Look at what it printed: tmux-builder job logs ${job.id}`,
      },
    );
  }
  const command = attachCommand(attempt.socketPath, isReadOnly);
  return { command, isReadOnly, agentId: `${job.id}.${attempt.number}` };
}

/** Program and arguments that show the terminal of the agent behind this socket. */
export function attachCommand(socketPath: string, isReadOnly: boolean): readonly string[] {
  const flags = isReadOnly ? 'ignore-size,read-only' : 'ignore-size';
  return ['tmux', '-u', '-S', socketPath, 'attach-session', '-f', flags];
}
