import { CodedError, systemCode } from '../base/index.ts';
import type { JobError } from './job.ts';
import type { Lease } from './lease.ts';

/** No end of the work within the job's time limit. */
export class AttemptTimedOutError extends CodedError {
  constructor({ job, attempt }: Lease) {
    const limit = `${job.timeLimitMs / 1000} s`;
    super(
      'job.timed-out',
      `Attempt ${attempt.number} of job ${job.id} took longer than ${limit}.`,
      {
        facts: { jobId: job.id, attempt: attempt.number, timeLimitMs: job.timeLimitMs },
        todo: 'Give it more time with --time-limit, or a smaller prompt',
      },
    );
  }
}

/** The agent vanished without a trace of an end: its tmux server, or the host, was killed. */
export class AttemptLostError extends CodedError {
  constructor({ job, attempt }: Lease) {
    super('job.agent-lost', `The agent of attempt ${attempt.number} of job ${job.id} is gone.`, {
      facts: { jobId: job.id, attempt: attempt.number, socketPath: attempt.socketPath },
      todo: 'Nothing: it is tried again while attempts are left',
    });
  }
}

/**
 * The process that began the attempt died before any agent ran. The attempt is given up and does
 * not count: a new one has paths of its own, so that a late riser cannot disturb it.
 */
export class AttemptNotStartedError extends CodedError {
  constructor({ job, attempt }: Lease) {
    super(
      'job.not-started',
      `Attempt ${attempt.number} of job ${job.id} ended before its agent ran.`,
      {
        facts: { jobId: job.id, attempt: attempt.number },
        todo: 'Nothing: it is begun again at once',
      },
    );
  }
}

/** The agent itself ended or reported a failure. */
export class WorkFailedError extends CodedError {
  readonly isTransient: boolean;

  // oxlint-disable-next-line max-params -- the code defaults for all callers but one
  constructor(
    { job, attempt }: Lease,
    message: string,
    failure: 'transient' | 'permanent',
    code = 'job.work-failed',
  ) {
    super(code, message, {
      facts: { jobId: job.id, attempt: attempt.number, failure },
      todo: `Look at what it said: tmux-builder job logs ${job.id}`,
    });
    this.isTransient = failure === 'transient';
  }
}

/** Somebody asked for the job's end. */
export class JobCancelledError extends CodedError {
  constructor(jobId: string) {
    super('job.cancelled', 'It was cancelled while it ran.', { facts: { jobId } });
  }
}

/** The job's deadline passed while it ran. */
export class JobExpiredError extends CodedError {
  constructor(jobId: string) {
    super('job.expired', 'Its deadline passed while it ran.', {
      facts: { jobId },
      todo: `Give it a new one: tmux-builder job retry ${jobId}`,
    });
  }
}

/** This worker stops; its agents go on and are adopted by the next one. */
export class WorkerStoppedError extends CodedError {
  constructor() {
    super('worker.stopped', 'The worker stopped; its agents go on.', {
      todo: 'Start it again to adopt them: tmux-builder worker',
    });
  }
}

/** The system refused a file of the attempt: the disk is full, read-only or broken. */
export class AttemptFileError extends CodedError {
  constructor({ job, attempt }: Lease, cause: Error) {
    const which = `attempt ${attempt.number} of job ${job.id}`;
    super('job.file-failed', `A file of ${which} could not be used: ${cause.message}.`, {
      facts: { jobId: job.id, attempt: attempt.number, systemCode: systemCode(cause) },
      cause,
      todo: `Free space or permissions, then: tmux-builder job retry ${job.id}`,
    });
  }
}

/** Codes that another attempt cannot change: the cause lies outside the attempt. */
const permanentCodes = new Set([
  'agent.unknown',
  'agent.not-found',
  'agent.blocked',
  'agent.command-without-output',
  'job.prompt-unreadable',
  'tmux.not-found',
  'tmux.too-old',
]);

/** Judge whether another attempt may end better. A bug of ours would only repeat itself. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof WorkFailedError) return error.isTransient;
  return error instanceof CodedError && !permanentCodes.has(error.code);
}

/** What a person reads of a failure. */
export function toJobError(error: unknown): JobError {
  if (error instanceof CodedError) {
    return { code: error.code, message: error.message, todo: error.todo };
  }
  const message = error instanceof Error ? error.message : String(error);
  const todo = 'This is a fault in tmux-builder: report it with the log of the worker';
  return { code: 'internal.fault', message, todo };
}
