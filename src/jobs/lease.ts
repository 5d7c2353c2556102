import type { Ids } from '../base/index.ts';
import type { Row, Sql, SqlValue, Store, WriteSql } from '../store/index.ts';
import type { Attempt } from './attempt.ts';
import { conversationHeads } from './conversation-heads.ts';
import { heldSessions } from './hold-main-agent.ts';
import type { Job } from './job.ts';
import { integer, toAttempt, toJob } from './job-rows.ts';
import { findLimits } from './quota.ts';

/** The right to one attempt at a job. Both names have to match for anything it writes to count. */
export interface Lease {
  readonly job: Job;
  readonly attempt: Attempt;
  readonly workerId: string;
}

export interface ClaimLimits {
  /** Jobs that may run at once in the whole database. */
  readonly concurrency: number;
  /** The same in one session that sets no limit of its own; undefined means no limit. */
  readonly sessionConcurrency: number | undefined;
}

export interface AttemptPlace {
  readonly exchangeDir: string;
  readonly socketPath: string;
}

export interface Claim {
  readonly workerId: string;
  readonly now: number;
  readonly leaseMs: number;
  readonly limits: ClaimLimits;
  /** Claim one of these jobs and no other; undefined claims whichever comes next. */
  readonly only: readonly string[] | undefined;
  /** Where the attempt's files and its socket will be. */
  readonly place: (job: Job, nonce: string) => AttemptPlace;
}

/**
 * Lease the next job that may run now, and begin its attempt in the same transaction: highest
 * priority first, then oldest. Undefined when none may run.
 */
export async function claimNext(
  store: Store,
  claim: Claim,
  ids: Ids,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  return await store.write(async (sql) => {
    const row = await findClaimable(sql, store.claimClause, claim);
    if (row === undefined) return undefined;
    const [leased] = await sql.all(
      `UPDATE jobs SET status = 'leased', lease_worker = $1, lease_until = $2,
         attempts = attempts + 1, started_at = COALESCE(started_at, $3),
         interrupt_requested_at = NULL
       WHERE id = $4 AND status = 'queued' RETURNING *`,
      [claim.workerId, claim.now + claim.leaseMs, claim.now, row],
    );
    if (leased === undefined) return undefined;
    const job = toJob(leased);
    const attempt = await insertAttempt(sql, job, claim, ids);
    await sql.append({
      stream: job.id,
      kind: 'attempt.started',
      at: claim.now,
      data: { attempt: job.attempts, worker_id: claim.workerId },
    });
    return { job, attempt, workerId: claim.workerId };
  }, signal);
}

/** A lease that ran out takes no place: `run` does not take other jobs over and would wait for ever. */
async function findClaimable(sql: Sql, clause: string, claim: Claim): Promise<string | undefined> {
  const running = await sql.all(
    `SELECT j.session_id AS session_id, count(*) AS count, max(s.concurrency) AS own_limit
     FROM jobs j JOIN sessions s ON s.id = j.session_id
     WHERE j.status IN ('leased', 'running') AND j.lease_until >= $1 GROUP BY j.session_id`,
    [claim.now],
  );
  const total = running.reduce((sum, row) => sum + integer(row, 'count'), 0);
  if (total >= claim.limits.concurrency) return undefined;
  const full = running.filter((row) => isFull(row, claim.limits)).map((row) => row['session_id']);
  const limited = [...(await findLimits(sql, claim.now)).keys()];
  const held = await heldSessions(sql);
  const values: SqlValue[] = [claim.now];
  const list = (items: readonly unknown[]): string =>
    items.map((item) => `$${values.push(String(item))}`).join(', ') || 'NULL';
  const mayRun = `blocked_by = 0 AND run_at <= $1
     ${full.length === 0 ? '' : `AND session_id NOT IN (${list(full)})`}
     ${limited.length === 0 ? '' : `AND agent NOT IN (${list(limited)})`}
     ${claim.only === undefined ? '' : `AND id IN (${list(claim.only)})`}`;
  const next = async (which: string): Promise<readonly Row[]> =>
    await sql.all(
      `SELECT id, priority, run_at FROM jobs WHERE ${which} AND ${mayRun}
       ORDER BY priority DESC, run_at, id LIMIT 1 ${clause}`,
      values,
    );
  const oneShot = await next(`mode = 'one-shot' AND status = 'queued'`);
  const isFree = held.length === 0 ? '' : `AND session_id NOT IN (${list(held)})`;
  const persistent = await next(`id IN (${conversationHeads(mayRun)}) ${isFree}`);
  const [first] = [...oneShot, ...persistent].toSorted(inOrder);
  return first === undefined ? undefined : String(first['id']);
}

function inOrder(a: Row, b: Row): number {
  const byPriority = integer(b, 'priority') - integer(a, 'priority');
  const byAge = integer(a, 'run_at') - integer(b, 'run_at');
  return byPriority || byAge || (String(a['id']) < String(b['id']) ? -1 : 1);
}

function isFull(row: Row, { sessionConcurrency }: ClaimLimits): boolean {
  const limit = row['own_limit'] === null ? sessionConcurrency : integer(row, 'own_limit');
  // Some sessions set no limit while the program sets none either.
  return limit !== undefined && integer(row, 'count') >= limit;
}

async function insertAttempt(sql: WriteSql, job: Job, claim: Claim, ids: Ids): Promise<Attempt> {
  const nonce = ids.nonce();
  const { exchangeDir, socketPath } = claim.place(job, nonce);
  const [row] = await sql.all(
    `INSERT INTO attempts (job_id, number, worker_id, state, started_at, exchange_dir, nonce,
       conversation_id, run_id, socket_path)
     VALUES ($1, $2, $3, 'starting', $4, $5, $6, $7, $8, $9) RETURNING *`,
    [
      job.id,
      job.attempts,
      claim.workerId,
      claim.now,
      exchangeDir,
      nonce,
      ids.uuid(),
      `${job.id}.${job.attempts}.${nonce}`,
      socketPath,
    ],
  );
  if (row === undefined) throw new Error('INSERT ... RETURNING gave no row');
  return toAttempt(row);
}
