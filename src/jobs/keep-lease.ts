import type { Store } from '../store/index.ts';
import { toAttempt, toJob } from './job-rows.ts';
import type { Lease } from './lease.ts';

export interface Renewal {
  readonly workerId: string;
  /** Jobs whose attempts run here. A lease that nobody works on is left to run out. */
  readonly jobIds: readonly string[];
  readonly now: number;
  readonly leaseMs: number;
}

/** Extend a worker's leases and its heartbeat; resolves with the jobs whose leases it still has. */
export async function renewLeases(
  store: Store,
  { workerId, jobIds, now, leaseMs }: Renewal,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return await store.write(async (sql) => {
    await sql.run('UPDATE workers SET heartbeat_at = $1 WHERE id = $2', [now, workerId]);
    const places = jobIds.map((_id, index) => `$${index + 3}`).join(', ');
    const rows = await sql.all(
      `UPDATE jobs SET lease_until = $1 WHERE lease_worker = $2 AND status IN ('leased', 'running')
         AND id IN (${places === '' ? 'NULL' : places}) RETURNING id`,
      [now + leaseMs, workerId, ...jobIds],
    );
    return rows.map((row) => String(row['id']));
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
  /** Jobs whose attempts run in this worker. */
  readonly held: readonly string[];
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
  { workerId, held, now, leaseMs, deadWorkers, only }: Takeover,
  signal: AbortSignal,
): Promise<readonly Lease[]> {
  return await store.write(async (sql) => {
    const running = await sql.all(
      `SELECT * FROM jobs WHERE status IN ('leased', 'running') ${store.claimClause}`,
    );
    const leases: Lease[] = [];
    for (const job of running.map(toJob)) {
      const isFree = (job.leaseUntil ?? 0) < now || deadWorkers.includes(job.leaseWorker ?? '');
      if (!isFree || held.includes(job.id) || only?.includes(job.id) === false) continue;
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
