import type { SqlValue, Store, WriteSql } from '../store/index.ts';
import { CodedError } from '../base/index.ts';
import {
  budgetColumns,
  SessionNotFoundError,
  sessionStatuses,
  SessionStatusError,
} from '../sessions/index.ts';
import type { Job } from './job.ts';
import { integer, toJob } from './job-rows.ts';

/** A job this one waits for. `success`: skipped unless that one succeeds; `finished`: any end. */
export interface Dependency {
  readonly jobId: string;
  readonly rule: 'success' | 'finished';
}

export type NewJob = Pick<
  Job,
  | 'id'
  | 'sessionId'
  | 'template'
  | 'agent'
  | 'model'
  | 'permission'
  | 'permissionRules'
  | 'mode'
  | 'budget'
  | 'directory'
  | 'command'
  | 'files'
  | 'priority'
  | 'runAt'
  | 'createdAt'
  | 'deadlineAt'
  | 'timeLimitMs'
  | 'maxAttempts'
  | 'backoffMs'
  | 'idempotencyKey'
  | 'title'
  | 'promptPath'
> & { readonly promptDigest: string; readonly dependencies: readonly Dependency[] };

/**
 * Insert a job and what it waits for; `job.queued` is recorded with it.
 *
 * Dependencies are jobs that exist already, so that no cycle can come about.
 *
 * @returns the job that already has this idempotency key in its session, when there is one.
 * @throws {SessionNotFoundError} {SessionStatusError} its session is not, or no longer, active.
 * @throws {CodedError} `job.key-reused` when that job has another prompt; `job.not-found` for an
 * unknown dependency.
 */
export async function insertJob(sql: WriteSql, job: NewJob): Promise<Job> {
  await checkSession(sql, job.sessionId);
  const same = await findByKey(sql, job);
  if (same !== undefined) return same;
  const blockedBy = await countBlockers(sql, job.dependencies);
  const values = { ...columnsOf(job), blocked_by: blockedBy };
  const names = Object.keys(values);
  const places = names.map((_name, index) => `$${index + 1}`);
  const [row] = await sql.all(
    `INSERT INTO jobs (${names.join(', ')}) VALUES (${places.join(', ')}) RETURNING *`,
    Object.values(values),
  );
  if (row === undefined) throw new Error('INSERT ... RETURNING gave no row');
  for (const { jobId, rule } of job.dependencies) {
    await sql.run('INSERT INTO dependencies (job_id, depends_on, rule) VALUES ($1, $2, $3)', [
      job.id,
      jobId,
      rule,
    ]);
  }
  const data = { session_id: job.sessionId, template: job.template, agent: job.agent };
  await sql.append({ stream: job.id, kind: 'job.queued', at: job.createdAt, data });
  return toJob(row);
}

/** In the same transaction: an archive that began meanwhile must not lose the job from sight. */
export async function checkSession(sql: WriteSql, sessionId: string): Promise<void> {
  const [row] = await sql.all('SELECT status FROM sessions WHERE id = $1', [sessionId]);
  const status = sessionStatuses.find((one) => one === row?.['status']);
  if (status === undefined) throw new SessionNotFoundError(sessionId);
  if (status !== 'active') throw new SessionStatusError(sessionId, status, 'active');
}

async function findByKey(sql: WriteSql, job: NewJob): Promise<Job | undefined> {
  if (job.idempotencyKey === undefined) return undefined;
  const [row] = await sql.all('SELECT * FROM jobs WHERE session_id = $1 AND idempotency_key = $2', [
    job.sessionId,
    job.idempotencyKey,
  ]);
  if (row === undefined) return undefined;
  const same = toJob(row);
  if (row['prompt_digest'] === job.promptDigest && same.template === job.template) return same;
  throw new CodedError(
    'job.key-reused',
    `The idempotency key "${job.idempotencyKey}" belongs to job ${same.id}, which has another prompt.`,
    { facts: { key: job.idempotencyKey, jobId: same.id }, todo: 'Use a new key for a new prompt' },
  );
}

/** How many dependencies are still open. One that already failed refuses the job. */
async function countBlockers(sql: WriteSql, dependencies: readonly Dependency[]): Promise<number> {
  let blockers = 0;
  for (const { jobId, rule } of dependencies) {
    const [row] = await sql.all('SELECT status FROM jobs WHERE id = $1', [jobId]);
    const status = row?.['status'];
    if (status === undefined) {
      throw new CodedError('job.not-found', `There is no job ${jobId} to wait for.`, {
        facts: { jobId },
        todo: 'List the jobs: tmux-builder job list',
      });
    }
    const isOpen = status === 'queued' || status === 'leased' || status === 'running';
    if (!isOpen && rule === 'success' && status !== 'succeeded') {
      throw new CodedError(
        'job.dependency-failed',
        `Job ${jobId}, which this job needs, is ${status}.`,
        {
          facts: { jobId, status },
          todo: `Retry it first (tmux-builder job retry ${jobId}), or wait for its end with --after-any`,
        },
      );
    }
    if (isOpen) blockers += 1;
  }
  return blockers;
}

function columnsOf(job: NewJob): Record<string, SqlValue> {
  return {
    id: job.id,
    session_id: job.sessionId,
    template: job.template,
    agent: job.agent,
    model: job.model ?? null,
    permission: job.permission,
    permission_rules: job.permissionRules.length === 0 ? null : JSON.stringify(job.permissionRules),
    mode: job.mode,
    ...budgetColumns(job.budget),
    directory: job.directory ?? null,
    command: job.command === undefined ? null : JSON.stringify(job.command),
    input: JSON.stringify({ files: job.files }),
    status: 'queued',
    priority: job.priority,
    run_at: job.runAt,
    created_at: job.createdAt,
    deadline_at: job.deadlineAt ?? null,
    time_limit_ms: job.timeLimitMs,
    max_attempts: job.maxAttempts,
    backoff_ms: job.backoffMs,
    idempotency_key: job.idempotencyKey ?? null,
    title: job.title,
    prompt_path: job.promptPath,
    prompt_digest: job.promptDigest,
  };
}

/** How many jobs run whose worker has been silent past its lease: the next worker goes on. */
export async function countLeft(store: Store, now: number, signal: AbortSignal): Promise<number> {
  const [row] = await store.read(
    async (sql) =>
      await sql.all(
        `SELECT count(*) AS count FROM jobs WHERE status IN ('leased', 'running') AND lease_until < $1`,
        [now],
      ),
    signal,
  );
  return row === undefined ? 0 : integer(row, 'count');
}

/** How many jobs are queued, leased or running, for messages. */
export async function countByStatus(
  sql: Pick<WriteSql, 'all'>,
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.all('SELECT status, count(*) AS count FROM jobs GROUP BY status');
  return new Map(rows.map((row) => [String(row['status']), integer(row, 'count')]));
}
