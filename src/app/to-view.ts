import type { AgentInstallation } from '../agents/index.ts';
import type {
  AgentView,
  AttemptView,
  ErrorView,
  EventView,
  JobView,
  RunView,
  SessionView,
} from '../contract/index.ts';
import type { Attempt, Job, JobError } from '../jobs/index.ts';
import type { Session } from '../sessions/index.ts';
import type { StoredEvent } from '../store/index.ts';

/** How our values look when they cross a door. */

export function toJobView(job: Job): JobView {
  return {
    job_id: job.id,
    session_id: job.sessionId,
    status: job.status,
    title: job.title,
    template: job.template,
    agent: job.agent,
    model: job.model ?? null,
    priority: job.priority,
    attempts: job.attempts,
    max_attempts: job.maxAttempts,
    time_limit_ms: job.timeLimitMs,
    prompt_path: job.promptPath,
    output_path: job.outputPath ?? null,
    error: toErrorView(job.error),
    blocked_by: job.blockedBy,
    created_at: toTime(job.createdAt),
    run_at: toTime(job.runAt),
    deadline_at: toOptionalTime(job.deadlineAt),
    started_at: toOptionalTime(job.startedAt),
    settled_at: toOptionalTime(job.settledAt),
  };
}

export function toAttemptView(attempt: Attempt): AttemptView {
  return {
    attempt: attempt.number,
    state: attempt.state,
    outcome: attempt.outcome ?? null,
    error: attempt.error ?? null,
    exchange_dir: attempt.exchangeDir,
    socket_path: attempt.socketPath,
    started_at: toTime(attempt.startedAt),
    ready_at: toOptionalTime(attempt.readyAt),
    delivered_at: toOptionalTime(attempt.deliveredAt),
    ended_at: toOptionalTime(attempt.endedAt),
    usage:
      attempt.usage === undefined
        ? null
        : {
            input_tokens: attempt.usage.inputTokens,
            output_tokens: attempt.usage.outputTokens,
            cache_read_tokens: attempt.usage.cacheReadTokens,
            cache_write_tokens: attempt.usage.cacheWriteTokens,
          },
  };
}

export function toRunView(
  job: Job,
  attempt: Attempt | undefined,
  output: string | undefined,
): RunView {
  return {
    job_id: job.id,
    session_id: job.sessionId,
    status: job.status,
    attempts: job.attempts,
    agent: job.agent,
    output_path: job.outputPath ?? null,
    output: output ?? null,
    error: toErrorView(job.error),
    timings_ms: {
      queued: between(job.createdAt, attempt?.startedAt),
      start: between(attempt?.startedAt, attempt?.readyAt),
      deliver: between(attempt?.readyAt, attempt?.deliveredAt),
      work: between(attempt?.deliveredAt, attempt?.doneAt),
      total: between(job.createdAt, job.settledAt),
    },
  };
}

export function toEventView({ stream, sequence, kind, at, data }: StoredEvent): EventView {
  return { stream, sequence, kind, at: toTime(at), data };
}

export function toSessionView(session: Session): SessionView {
  return {
    session_id: session.id,
    name: session.name,
    user_id: session.userId,
    status: session.status,
    agent: session.agent ?? null,
    concurrency: session.concurrency ?? null,
    path: session.dir,
    created_at: toTime(session.createdAt),
    archived_at: toOptionalTime(session.archivedAt),
  };
}

export function toAgentView(agent: AgentInstallation): AgentView {
  return {
    agent: agent.name,
    found: agent.isFound,
    path: agent.path ?? null,
    version: agent.version ?? null,
    ready: agent.readiness,
    problem: agent.problem ?? null,
    todo: agent.todo ?? null,
  };
}

export function toErrorView(error: JobError | undefined): ErrorView | null {
  return error === undefined ? null : { ...error, todo: error.todo ?? null };
}

function between(from: number | undefined, to: number | undefined): number | null {
  return from === undefined || to === undefined ? null : Math.max(0, to - from);
}

function toOptionalTime(ms: number | undefined): string | null {
  return ms === undefined ? null : toTime(ms);
}

/** Not a clock reading: only how a moment is written. */
function toTime(ms: number): string {
  // oxlint-disable-next-line no-restricted-globals -- formats a number that a Clock gave
  return new Date(ms).toISOString();
}
