import type { Usage } from '../agents/index.ts';
import type { Store, WriteSql } from '../store/index.ts';
import { JobCancelledError, toJobError } from './attempt-errors.ts';
import type { AttemptOutcome } from './attempt.ts';
import type { JobError, SettledStatus } from './job.ts';
import type { Lease } from './lease.ts';
import { checkLease } from './record-attempt.ts';

interface Ending {
  readonly at: number;
  /** What the attempt used, where that is known already. */
  readonly usage?: Usage | undefined;
  /** Added to the event that tells of the attempt's end. */
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
}

/** How an attempt ended, and with it perhaps its job. */
export type AttemptEnd = Ending &
  (
    | {
        readonly kind: 'succeeded';
        /** When the agent's turn ended. */
        readonly doneAt: number;
        readonly outputPath: string;
        readonly outputDigest: string;
      }
    | { readonly kind: 'failed'; readonly error: JobError }
    | { readonly kind: 'cancelled' | 'expired'; readonly error: JobError }
    | {
        readonly kind: 'retry';
        readonly error: JobError;
        readonly runAt: number;
        /** False when no agent ran, or none could: the job may then make one attempt more. */
        readonly doesCount: boolean;
        /** It waits until the usage limit of its agent is lifted. */
        readonly reason?: 'quota';
      }
  );

/**
 * End an attempt in one transaction: the attempt, the job (or its return to the queue), the jobs
 * that waited for it, and the events that tell of it. Happens once: the lease is the key.
 *
 * @throws {LeaseLostError} another worker holds the job; nothing was written.
 */
export async function settleAttempt(
  store: Store,
  lease: Lease,
  end: AttemptEnd,
  signal: AbortSignal,
): Promise<void> {
  const { job, attempt } = lease;
  await store.write(async (sql) => {
    await checkLease(sql, lease);
    const error = end.kind === 'succeeded' ? undefined : end.error;
    const outcome: AttemptOutcome = end.kind === 'retry' ? 'failed' : end.kind;
    await sql.run(
      `UPDATE attempts SET state = 'ended', ended_at = $1, done_at = $7, outcome = $2,
         error_code = $3, error_message = $4, usage = COALESCE($8, usage)
       WHERE job_id = $5 AND number = $6`,
      [
        end.at,
        outcome,
        error?.code ?? null,
        error?.message ?? null,
        job.id,
        attempt.number,
        end.kind === 'succeeded' ? end.doneAt : null,
        end.usage === undefined ? null : JSON.stringify(end.usage),
      ],
    );
    const data = {
      attempt: attempt.number,
      outcome,
      error_code: error?.code ?? null,
      ...end.facts,
    };
    await sql.append({ stream: job.id, kind: 'attempt.ended', at: end.at, data });
    if (end.kind !== 'retry') {
      await settleJob(sql, job.id, { ...outputOf(end), status: end.kind, error, at: end.at });
    } else if (await isToEnd(sql, job.id)) {
      const cancelled = toJobError(new JobCancelledError(job.id));
      await settleJob(sql, job.id, { status: 'cancelled', error: cancelled, at: end.at });
    } else await requeue(sql, job.id, end);
  }, signal);
}

/** Asked for while the failed attempt's agent was being ended: no next attempt is to hear of it. */
async function isToEnd(sql: WriteSql, jobId: string): Promise<boolean> {
  const rows = await sql.all(
    'SELECT id FROM jobs WHERE id = $1 AND cancel_requested_at IS NOT NULL',
    [jobId],
  );
  return rows.length > 0;
}

function outputOf(end: AttemptEnd): { outputPath?: string; outputDigest?: string } {
  return end.kind === 'succeeded'
    ? { outputPath: end.outputPath, outputDigest: end.outputDigest }
    : {};
}

export interface JobEnd {
  readonly status: SettledStatus;
  readonly at: number;
  readonly error: JobError | undefined;
  readonly outputPath?: string;
  readonly outputDigest?: string;
}

/** Settle a job and free, or skip, the jobs that wait for it. Part of the caller's transaction. */
export async function settleJob(sql: WriteSql, jobId: string, end: JobEnd): Promise<void> {
  await sql.run(
    `UPDATE jobs SET status = $1, settled_at = $2, output_path = $3, output_digest = $4,
       error_code = $5, error_message = $6, error_todo = $7,
       lease_worker = NULL, lease_until = NULL WHERE id = $8`,
    [
      end.status,
      end.at,
      end.outputPath ?? null,
      end.outputDigest ?? null,
      end.error?.code ?? null,
      end.error?.message ?? null,
      end.error?.todo ?? null,
      jobId,
    ],
  );
  const data = { status: end.status, error_code: end.error?.code ?? null };
  await sql.append({ stream: jobId, kind: 'job.settled', at: end.at, data });
  await releaseDependants(sql, jobId, end);
}

/** Counted anew, not down: a job that is retried ends more than once. */
const countBlockers = `UPDATE jobs SET blocked_by =
  (SELECT count(*) FROM dependencies d JOIN jobs needed ON needed.id = d.depends_on
   WHERE d.job_id = jobs.id AND needed.status IN ('queued', 'leased', 'running')) WHERE id = $1`;

/** A chain of skipped jobs can be as long as the queue, so this loops and does not recurse. */
async function releaseDependants(sql: WriteSql, firstId: string, end: JobEnd): Promise<void> {
  const settled = [{ id: firstId, succeeded: end.status === 'succeeded' }];
  for (const { id, succeeded } of settled) {
    const waiting = await sql.all(
      `SELECT d.job_id AS id, d.rule AS rule FROM dependencies d JOIN jobs j ON j.id = d.job_id
       WHERE d.depends_on = $1 AND j.status = 'queued'`,
      [id],
    );
    for (const row of waiting) {
      const dependant = String(row['id']);
      if (succeeded || row['rule'] === 'finished') {
        await sql.run(countBlockers, [dependant]);
        continue;
      }
      await skip(sql, dependant, { cause: id, at: end.at });
      settled.push({ id: dependant, succeeded: false });
    }
  }
}

async function skip(
  sql: WriteSql,
  jobId: string,
  { cause, at }: { readonly cause: string; readonly at: number },
): Promise<void> {
  const message = `Job ${cause}, which this job needs, did not succeed.`;
  const todo = `Retry that one first: tmux-builder job retry ${cause}`;
  await sql.run(
    `UPDATE jobs SET status = 'skipped', settled_at = $1, error_code = 'job.dependency-failed',
       error_message = $2, error_todo = $3 WHERE id = $4`,
    [at, message, todo, jobId],
  );
  const data = { status: 'skipped', error_code: 'job.dependency-failed', cause };
  await sql.append({ stream: jobId, kind: 'job.settled', at, data });
}

async function requeue(
  sql: WriteSql,
  jobId: string,
  { runAt, error, at, doesCount, reason }: Extract<AttemptEnd, { kind: 'retry' }>,
): Promise<void> {
  await sql.run(
    `UPDATE jobs SET status = 'queued', run_at = $1, lease_worker = NULL, lease_until = NULL,
       error_code = $2, error_message = $3, error_todo = $4, max_attempts = max_attempts + $5
     WHERE id = $6`,
    [runAt, error.code, error.message, error.todo ?? null, doesCount ? 0 : 1, jobId],
  );
  const data = { run_at: runAt, error_code: error.code, reason };
  await sql.append({ stream: jobId, kind: 'job.requeued', at, data });
}
