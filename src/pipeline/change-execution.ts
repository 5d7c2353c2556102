import type { SqlValue, WriteSql } from '../store/index.ts';
import { executionNotFound } from './errors.ts';
import type { Step, StepError } from './execution.ts';
import type { StoredExecution } from './execution-state.ts';
import { findExecutionIn } from './rows.ts';

/** Change an execution as it is now, within the caller's transaction; what stays is not written. */
export async function changeExecution(
  sql: WriteSql,
  id: string,
  change: (execution: StoredExecution) => StoredExecution,
): Promise<StoredExecution> {
  const before = await findExecutionIn(sql, id);
  if (before === undefined) throw executionNotFound(id);
  const after = change(before);
  if (after !== before) await updateExecution(sql, after);
  for (const [index, step] of after.steps.entries()) {
    if (step !== before.steps[index]) await updateStep(sql, id, step);
  }
  return after;
}

/** Insert an execution with its steps. */
export async function insertExecution(sql: WriteSql, execution: StoredExecution): Promise<void> {
  const { id, sessionId, kind, status, releaseId, createdAt } = execution;
  await sql.run(
    `INSERT INTO executions (id, session_id, kind, status, release_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, sessionId, kind, status, releaseId ?? null, createdAt],
  );
  for (const step of execution.steps) {
    await sql.run(
      `INSERT INTO steps (execution_id, number, status, summary, artefacts, job_ids, result)
       VALUES ($1, $2, $3, $4, '[]', '[]', '{}')`,
      [id, step.number, step.status, step.summary ?? null],
    );
  }
  const at = createdAt;
  await appendEvent(sql, {
    sessionId,
    kind: 'execution.queued',
    at,
    data: { execution_id: id, kind },
  });
}

/** Record an event of a site: its stream is the session's, so that who sees that sees it. */
export async function appendEvent(
  sql: WriteSql,
  event: {
    readonly sessionId: string;
    readonly kind: string;
    readonly at: number;
    readonly data: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { sessionId, kind, at, data } = event;
  await sql.append({ stream: sessionId, kind, at, data });
}

async function updateExecution(sql: WriteSql, execution: StoredExecution): Promise<void> {
  const isOver = execution.endedAt !== undefined || execution.status === 'queued';
  await sql.run(
    `UPDATE executions SET status = $2, fix_rounds = $3, fix = $4, error_code = $5,
       error_message = $6, error_todo = $7, cancel_requested_at = $8, started_at = $9,
       ended_at = $10${isOver ? ', lease_owner = NULL, lease_until = NULL' : ''} WHERE id = $1`,
    [
      execution.id,
      execution.status,
      execution.fixRounds,
      execution.fix === undefined ? null : JSON.stringify(execution.fix),
      ...errorColumns(execution.error),
      execution.cancelRequestedAt ?? null,
      execution.startedAt ?? null,
      execution.endedAt ?? null,
    ],
  );
}

async function updateStep(sql: WriteSql, executionId: string, step: Step): Promise<void> {
  await sql.run(
    `UPDATE steps SET status = $3, attempts = $4, summary = $5, error_code = $6,
       error_message = $7, error_todo = $8, artefacts = $9, job_ids = $10, result = $11,
       started_at = $12, ended_at = $13
     WHERE execution_id = $1 AND number = $2`,
    [
      executionId,
      step.number,
      step.status,
      step.attempts,
      step.summary ?? null,
      ...errorColumns(step.error),
      JSON.stringify(step.artefacts),
      JSON.stringify(step.jobIds),
      JSON.stringify(step.result),
      step.startedAt ?? null,
      step.endedAt ?? null,
    ],
  );
}

export function errorColumns(error: StepError | undefined): readonly SqlValue[] {
  return [error?.code ?? null, error?.message ?? null, error?.todo ?? null];
}
