import type { PermissionRule } from '../agents/index.ts';
import { budgetOf } from '../sessions/index.ts';
import type { Row, SqlValue } from '../store/index.ts';
import type { Attempt } from './attempt.ts';
import { attemptOutcomes, attemptStates } from './attempt.ts';
import { type Job, type JobError, jobModes, jobStatuses, permissions } from './job.ts';

/** Read a row of `jobs`. Columns are ours: anything unexpected is a bug or a damaged file. */
export function toJob(row: Row): Job {
  return {
    id: text(row, 'id'),
    sessionId: text(row, 'session_id'),
    template: text(row, 'template'),
    agent: text(row, 'agent'),
    model: optionalText(row, 'model'),
    permission: oneOf(permissions, row, 'permission'),
    permissionRules: permissionRules(row),
    mode: oneOf(jobModes, row, 'mode'),
    budget: budgetOf(row),
    directory: optionalText(row, 'directory'),
    command: optionalStrings(row, 'command'),
    files: inputFiles(row),
    status: oneOf(jobStatuses, row, 'status'),
    priority: integer(row, 'priority'),
    runAt: integer(row, 'run_at'),
    createdAt: integer(row, 'created_at'),
    deadlineAt: optionalInteger(row, 'deadline_at'),
    timeLimitMs: integer(row, 'time_limit_ms'),
    maxAttempts: integer(row, 'max_attempts'),
    attempts: integer(row, 'attempts'),
    backoffMs: integer(row, 'backoff_ms'),
    idempotencyKey: optionalText(row, 'idempotency_key'),
    title: text(row, 'title'),
    promptPath: text(row, 'prompt_path'),
    outputPath: optionalText(row, 'output_path'),
    error: toError(row),
    cancelRequestedAt: optionalInteger(row, 'cancel_requested_at'),
    interruptRequestedAt: optionalInteger(row, 'interrupt_requested_at'),
    leaseWorker: optionalText(row, 'lease_worker'),
    leaseUntil: optionalInteger(row, 'lease_until'),
    blockedBy: integer(row, 'blocked_by'),
    startedAt: optionalInteger(row, 'started_at'),
    settledAt: optionalInteger(row, 'settled_at'),
  };
}

/** Read a row of `attempts`. */
export function toAttempt(row: Row): Attempt {
  const serverPid = optionalInteger(row, 'server_pid');
  const socketPath = text(row, 'socket_path');
  const server = { pid: serverPid ?? 0, startTime: optionalText(row, 'server_start') ?? '' };
  const usage = optionalText(row, 'usage');
  const code = optionalText(row, 'error_code');
  const outcome = optionalText(row, 'outcome');
  return {
    jobId: text(row, 'job_id'),
    number: integer(row, 'number'),
    workerId: text(row, 'worker_id'),
    state: oneOf(attemptStates, row, 'state'),
    startedAt: integer(row, 'started_at'),
    readyAt: optionalInteger(row, 'ready_at'),
    deliveredAt: optionalInteger(row, 'delivered_at'),
    doneAt: optionalInteger(row, 'done_at'),
    endedAt: optionalInteger(row, 'ended_at'),
    exchangeDir: text(row, 'exchange_dir'),
    nonce: text(row, 'nonce'),
    conversationId: text(row, 'conversation_id'),
    resumes: optionalText(row, 'resumes'),
    homeDir: optionalText(row, 'home_dir') ?? text(row, 'exchange_dir'),
    runId: text(row, 'run_id'),
    socketPath,
    address:
      serverPid === undefined
        ? undefined
        : { socketPath, server, paneId: optionalText(row, 'pane_id') ?? '' },
    outcome: outcome === undefined ? undefined : oneOf(attemptOutcomes, row, 'outcome'),
    error:
      code === undefined ? undefined : { code, message: optionalText(row, 'error_message') ?? '' },
    usage: usage === undefined ? undefined : JSON.parse(usage),
  };
}

/** Written by us alone, from rules that were checked. */
function permissionRules(row: Row): readonly PermissionRule[] {
  return JSON.parse(optionalText(row, 'permission_rules') ?? '[]');
}

/** The `input` column: `{"files": [...]}`. */
function inputFiles(row: Row): readonly string[] {
  const input: unknown = JSON.parse(optionalText(row, 'input') ?? '{}');
  const files: unknown =
    typeof input === 'object' && input !== null && 'files' in input ? input.files : [];
  if (Array.isArray(files) && files.every((file) => typeof file === 'string')) return files;
  throw unexpected('input', JSON.stringify(input));
}

function toError(row: Row): JobError | undefined {
  const code = optionalText(row, 'error_code');
  if (code === undefined) return undefined;
  const message = optionalText(row, 'error_message') ?? '';
  return { code, message, todo: optionalText(row, 'error_todo') };
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw unexpected(column, value);
}

export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  // PostgreSQL's driver gives 64-bit numbers as text.
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value);
  throw unexpected(column, value);
}

export function optionalInteger(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integer(row, column);
}

function optionalStrings(row: Row, column: string): readonly string[] | undefined {
  const json = optionalText(row, column);
  if (json === undefined) return undefined;
  const value: unknown = JSON.parse(json);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw unexpected(column, json);
}

function oneOf<T extends string>(allowed: readonly T[], row: Row, column: string): T {
  const value = row[column];
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw unexpected(column, value);
  return found;
}

function unexpected(column: string, value: SqlValue | undefined): Error {
  return new Error(`The database holds ${JSON.stringify(value)} in column ${column}`);
}
