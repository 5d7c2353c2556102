import type { Failure } from '../agents/index.ts';
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
 * The attempt ended before its agent could work. It is given up and does not count: a new one has
 * paths of its own, so that a late riser cannot disturb it.
 */
export class NotBegunError extends CodedError {
  constructor(code: string, { job, attempt }: Lease, reason: string) {
    super(code, `Attempt ${attempt.number} of job ${job.id} ${reason}.`, {
      facts: { jobId: job.id, attempt: attempt.number },
      todo: 'Nothing: it is begun again at once',
    });
  }
}

/** The process that began the attempt died before any agent ran. */
export class AttemptNotStartedError extends NotBegunError {
  constructor(lease: Lease) {
    super('job.not-started', lease, 'ended before its agent ran');
  }
}

/** The agent did not start with the conversation of the attempt before: the next one begins anew. */
export class NotResumedError extends NotBegunError {
  constructor(lease: Lease) {
    super('job.not-resumed', lease, 'could not go on with the conversation of the one before');
  }
}

/** The agent itself ended or reported a failure. */
export class WorkFailedError extends CodedError {
  readonly failure: Failure;

  constructor({ job, attempt }: Lease, failure: Failure, ownCode?: string) {
    const isLimit = failure.failure === 'quota';
    const code = isLimit ? 'job.usage-limit' : 'job.work-failed';
    super(ownCode ?? code, failure.message, {
      facts: { jobId: job.id, attempt: attempt.number, failure: failure.failure },
      todo: isLimit
        ? `Nothing: it is begun again; at once with tmux-builder job retry ${job.id}`
        : `Look at what it said: tmux-builder job logs ${job.id}`,
    });
    this.failure = failure;
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
  'agent.file-invalid',
  'agent.not-persistent',
  'job.budget-exceeded',
  'job.cost-unknown',
  'job.prompt-unreadable',
  'session.budget-exceeded',
  'session.other-agent',
  'tmux.not-found',
  'tmux.too-old',
]);

/** Judge whether another attempt may end better. A bug of ours would only repeat itself. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof WorkFailedError) return error.failure.failure !== 'permanent';
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
