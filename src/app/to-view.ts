import type { AgentInstallation } from '../agents/index.ts';
import type {
  AgentView,
  AttemptView,
  ErrorView,
  EventView,
  JobRecordingView,
  JobView,
  QuestionView,
  RecordingView,
  RunView,
  SessionView,
} from '../contract/index.ts';
import type { Attempt, Job, JobError, Question } from '../jobs/index.ts';
import type { Session } from '../sessions/index.ts';
import type { StoredEvent } from '../store/index.ts';
import { toOptionalTime, toTime } from './to-time.ts';
import { toUsageView } from './usage-views.ts';
import type { KeptRecording } from './keep-recordings.ts';
import type { JobRecording, RecordingFacts } from './recordings.ts';

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
    max_tokens: job.budget.maxTokens ?? null,
    max_cost_usd: job.budget.maxCostUsd ?? null,
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
    usage: attempt.usage === undefined ? null : toUsageView(attempt.usage),
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

export function toQuestionView(question: Question): QuestionView {
  return {
    question_id: question.id,
    job_id: question.jobId,
    attempt: question.attempt,
    kind: question.kind,
    question: question.question,
    choices: question.choices,
    tool: question.tool ?? null,
    subject: question.subject ?? null,
    asked_at: toTime(question.askedAt),
    answer: question.answer ?? null,
    answered_by: question.answeredBy ?? null,
    answered_at: toOptionalTime(question.answeredAt),
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
    max_tokens: session.budget.maxTokens ?? null,
    max_cost_usd: session.budget.maxCostUsd ?? null,
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

export function toJobRecordingView(
  recording: JobRecording,
  facts: RecordingFacts,
  path: string | undefined,
): JobRecordingView {
  return {
    job_id: recording.job.id,
    attempt: recording.attempt.number,
    path: path ?? null,
    format: 'asciicast-v3',
    started_at: toTime(recording.startedAt),
    duration_ms: facts.durationMs,
    columns: facts.columns,
    rows: facts.rows,
    timed: recording.isTimed,
    dropped_bytes: recording.droppedBytes,
    markers: facts.markers.map(({ ms, label }) => ({ at_ms: ms, label })),
  };
}

export function toRecordingView(recording: KeptRecording): RecordingView {
  return {
    job_id: recording.jobId,
    attempt: recording.attempt,
    attempts: recording.attempts,
    session_id: recording.sessionId,
    path: recording.dir,
    bytes: recording.bytes,
    growing: recording.isGrowing,
    ended_at: toOptionalTime(recording.endedAt),
  };
}

export function toErrorView(error: JobError | undefined): ErrorView | null {
  return error === undefined ? null : { ...error, todo: error.todo ?? null };
}

function between(from: number | undefined, to: number | undefined): number | null {
  return from === undefined || to === undefined ? null : Math.max(0, to - from);
}
