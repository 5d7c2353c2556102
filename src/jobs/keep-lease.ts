import type { Store } from '../store/index.ts';
import { toAttempt, toJob } from './job-rows.ts';
import type { Lease } from './lease.ts';

export interface Renewal {
  readonly workerId: string;
  readonly now: number;
  readonly leaseMs: number;
}

/** What a worker learns when it renews: leases it no longer holds are absent. */
export interface Held {
  readonly jobId: string;
  readonly isCancelRequested: boolean;
}

/** Extend every lease of a worker and its own heartbeat; resolves with the leases it still holds. */
export async function renewLeases(
  store: Store,
  { workerId, now, leaseMs }: Renewal,
  signal: AbortSignal,
): Promise<readonly Held[]> {
  return await store.write(async (sql) => {
    await sql.run('UPDATE workers SET heartbeat_at = $1 WHERE id = $2', [now, workerId]);
    const rows = await sql.all(
      `UPDATE jobs SET lease_until = $1 WHERE lease_worker = $2 AND status IN ('leased', 'running')
       RETURNING id, cancel_requested_at`,
      [now + leaseMs, workerId],
    );
    return rows.map((row) => ({
      jobId: String(row['id']),
      isCancelRequested: row['cancel_requested_at'] !== null,
    }));
  }, signal);
}

/** Jobs of a worker that somebody asked to cancel; cheap enough for every wake-up. */
export async function findCancelRequests(
  store: Store,
  workerId: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const rows = await store.read(
    async (sql) =>
      await sql.all(
        `SELECT id FROM jobs WHERE status IN ('leased', 'running') AND lease_worker = $1
           AND cancel_requested_at IS NOT NULL`,
        [workerId],
      ),
    signal,
  );
  return rows.map((row) => String(row['id']));
}

export interface Takeover {
  readonly workerId: string;
  readonly now: number;
  readonly leaseMs: number;
  /** Workers known to be dead: their leases are free at once, not only when they run out. */
  readonly deadWorkers: readonly string[];
  /** Take these jobs and no others; undefined takes every free one. */
  readonly only: readonly string[] | undefined;
}

/**
 * Take over the attempts of workers that died or fell silent past their lease. The attempt keeps
 * its number; the former holder's writes are refused from now on, because its name is gone.
 */
export async function takeOver(
  store: Store,
  { workerId, now, leaseMs, deadWorkers, only }: Takeover,
  signal: AbortSignal,
): Promise<readonly Lease[]> {
  return await store.write(async (sql) => {
    const running = await sql.all(
      `SELECT * FROM jobs WHERE status IN ('leased', 'running') ${store.claimClause}`,
    );
    const leases: Lease[] = [];
    for (const job of running.map(toJob)) {
      const isFree = (job.leaseUntil ?? 0) < now || deadWorkers.includes(job.leaseWorker ?? '');
      if (!isFree || job.leaseWorker === workerId || only?.includes(job.id) === false) continue;
      const [row] = await sql.all(
        'UPDATE jobs SET lease_worker = $1, lease_until = $2 WHERE id = $3 RETURNING *',
        [workerId, now + leaseMs, job.id],
      );
      const [attemptRow] = await sql.all(
        'UPDATE attempts SET worker_id = $1 WHERE job_id = $2 AND number = $3 RETURNING *',
        [workerId, job.id, job.attempts],
      );
      if (row === undefined || attemptRow === undefined)
        throw new Error(`Job ${job.id} has no attempt`);
      const data = { attempt: job.attempts, worker_id: workerId, from_worker_id: job.leaseWorker };
      await sql.append({ stream: job.id, kind: 'attempt.taken-over', at: now, data });
      leases.push({ job: toJob(row), attempt: toAttempt(attemptRow), workerId });
    }
    return leases;
  }, signal);
}
