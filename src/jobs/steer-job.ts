import { CodedError } from '../base/index.ts';
import type { Store, WriteSql } from '../store/index.ts';
import { checkSession } from './enqueue.ts';
import { getJobIn } from './find-job.ts';
import { isSettled, type Job } from './job.ts';
import { integer } from './job-rows.ts';
import { liftLimit } from './quota.ts';
import { settleJob } from './settle.ts';
import { checkTransition } from './transitions.ts';

/**
 * Ask for a job's end. A queued one is settled at once; for a running one the request is written
 * down, and the worker that holds it stops the agent and settles it.
 *
 * @returns the job as it is now; one that was settled before stays as it was.
 */
export async function requestCancel(
  store: Store,
  jobId: string,
  now: number,
  signal: AbortSignal,
): Promise<Job> {
  return await store.write(async (sql) => await requestCancelIn(sql, jobId, now), signal);
}

/** The same as a part of the caller's transaction. */
export async function requestCancelIn(sql: WriteSql, jobId: string, now: number): Promise<Job> {
  const job = await getJobIn(sql, jobId);
  if (isSettled(job.status)) return job;
  if (job.status === 'queued') {
    const error = {
      code: 'job.cancelled',
      message: 'It was cancelled before it began.',
      todo: undefined,
    };
    await settleJob(sql, job.id, { status: 'cancelled', at: now, error });
  } else if (job.cancelRequestedAt === undefined) {
    await sql.run('UPDATE jobs SET cancel_requested_at = $1 WHERE id = $2', [now, job.id]);
    await sql.append({ stream: job.id, kind: 'job.cancel-requested', at: now, data: {} });
  }
  return await getJobIn(sql, job.id);
}

/**
 * Ask for the running turn of a job to be stopped. The agent stays, at its prompt, for a person
 * who attaches; the worker that holds the job carries it out.
 *
 * @throws {CodedError} `job.not-running` when no agent works on it.
 */
export async function requestInterrupt(
  store: Store,
  jobId: string,
  now: number,
  signal: AbortSignal,
): Promise<Job> {
  return await store.write(async (sql) => {
    const job = await getJobIn(sql, jobId);
    if (job.status !== 'running') {
      throw new CodedError(
        'job.not-running',
        `Job ${jobId} is ${job.status}; no agent works on it.`,
        {
          facts: { jobId, status: job.status },
          todo: `See where it stands: tmux-builder job show ${jobId}`,
        },
      );
    }
    await sql.run('UPDATE jobs SET interrupt_requested_at = $1 WHERE id = $2', [now, jobId]);
    await sql.append({ stream: jobId, kind: 'job.interrupt-requested', at: now, data: {} });
    return await getJobIn(sql, jobId);
  }, signal);
}

export interface Retry {
  readonly now: number;
  /** Attempts to add to those already made. */
  readonly attempts: number;
  /** Replaces the old deadline; undefined removes it. */
  readonly deadlineAt: number | undefined;
}

/**
 * Queue a job that failed, was cancelled, expired or was skipped once more. One that waits for the
 * usage limit of its agent, or behind one that does, is begun at once, and what waits with it too.
 *
 * @throws {SessionStatusError} its session is archived; {CodedError} `job.wrong-status`,
 * `job.still-running` or `job.dependency-failed`.
 */
export async function retryJob(
  store: Store,
  jobId: string,
  retry: Retry,
  signal: AbortSignal,
): Promise<Job> {
  return await store.write(async (sql) => await retryJobIn(sql, jobId, retry), signal);
}

/** The same as a part of the caller's transaction; what it throws it throws before any change. */
export async function retryJobIn(
  sql: WriteSql,
  jobId: string,
  { now, attempts, deadlineAt }: Retry,
): Promise<Job> {
  const job = await getJobIn(sql, jobId);
  const { id } = job;
  if (job.status === 'queued' && (await liftLimit(sql, job.agent, now))) {
    await sql.append({ stream: id, kind: 'job.retried', at: now, data: { attempts: 0 } });
    return await getJobIn(sql, id);
  }
  checkTransition(id, job.status, 'queued');
  if (job.status === 'leased' || job.status === 'running') {
    throw new CodedError('job.still-running', `Job ${id} is still ${job.status}.`, {
      facts: { jobId: id, status: job.status },
      todo: `Cancel it first: tmux-builder job cancel ${id}`,
    });
  }
  await checkSession(sql, job.sessionId);
  const blockedBy = await countUnmet(sql, id);
  await sql.run(
    `UPDATE jobs SET status = 'queued', run_at = $1, max_attempts = attempts + $2, deadline_at = $3,
       blocked_by = $4, error_code = NULL, error_message = NULL, error_todo = NULL,
       cancel_requested_at = NULL, settled_at = NULL, dismissed_at = NULL WHERE id = $5`,
    [now, attempts, deadlineAt ?? null, blockedBy, id],
  );
  await sql.append({ stream: id, kind: 'job.retried', at: now, data: { attempts } });
  return await getJobIn(sql, id);
}

/** @throws {CodedError} `job.dependency-failed` when a job it needs is settled without success. */
async function countUnmet(sql: WriteSql, jobId: string): Promise<number> {
  const rows = await sql.all(
    `SELECT d.depends_on AS id, d.rule AS rule, j.status AS status
     FROM dependencies d JOIN jobs j ON j.id = d.depends_on WHERE d.job_id = $1`,
    [jobId],
  );
  const open = rows.filter(({ status }) =>
    ['queued', 'leased', 'running'].includes(String(status)),
  );
  const failed = rows.find(
    (row) => row['rule'] === 'success' && row['status'] !== 'succeeded' && !open.includes(row),
  );
  if (failed === undefined) return open.length;
  throw new CodedError(
    'job.dependency-failed',
    `Job ${jobId} needs job ${failed['id']}, which is ${failed['status']}.`,
    {
      facts: { jobId, dependency: failed['id'] },
      todo: `Retry that one first: tmux-builder job retry ${failed['id']}`,
    },
  );
}

/** Settle queued jobs whose deadline has passed as `expired`; resolves with how many. */
export async function expireQueued(
  store: Store,
  now: number,
  signal: AbortSignal,
): Promise<number> {
  const due = `status = 'queued' AND deadline_at IS NOT NULL AND deadline_at <= $1`;
  const [row] = await store.read(
    async (sql) => await sql.all(`SELECT count(*) AS count FROM jobs WHERE ${due}`, [now]),
    signal,
  );
  if (row === undefined || integer(row, 'count') === 0) return 0;
  return await store.write(async (sql) => {
    const rows = await sql.all(`SELECT id FROM jobs WHERE ${due}`, [now]);
    for (const { id } of rows) {
      const error = {
        code: 'job.expired',
        message: 'Its deadline passed before it could run.',
        todo: `Give it a new one: tmux-builder job retry ${id}`,
      };
      await settleJob(sql, String(id), { status: 'expired', at: now, error });
    }
    return rows.length;
  }, signal);
}
