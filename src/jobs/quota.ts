import { type Failure, LONGEST_RESET_MS } from '../agents/index.ts';
import type { Clock, Ids } from '../base/index.ts';
import type { Sql, Store } from '../store/index.ts';
import { integer } from './job-rows.ts';

/** The error of a job that waits in the queue until the usage limit of its agent is lifted. */
const USAGE_LIMIT = 'job.usage-limit';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The first wait where nobody says when the limit is lifted, and the longest one. */
const FIRST_WAIT_MS = HOUR_MS;
const LONGEST_WAIT_MS = 6 * HOUR_MS;
/** Jobs that met the limit within this time met the same one. */
const ROUND_MS = 30 * MINUTE_MS;
/** How far back earlier rounds are looked for: four waits of the longest. */
const LOOK_BACK_MS = 24 * HOUR_MS;
const MOST_ROWS = 500;

/** Jobs that wait together do not come back together, but they do come back soon. */
const LONGEST_JITTER_MS = MINUTE_MS;

interface QuotaTools {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'fraction'>;
}

/**
 * Say when a job whose agent met its usage limit is begun again: wall time in ms. When the limit
 * says no time, an hour later, doubled up to six hours while the agent does nothing but meet it.
 */
export async function untilLifted(
  { retryAt }: Failure,
  agent: string,
  { store, clock, ids }: QuotaTools,
  signal: AbortSignal,
): Promise<number> {
  const now = clock.now();
  const waitMs =
    retryAt === undefined
      ? unknownWaitMs(
          await store.read(async (sql) => await limitsMet(sql, agent, now), signal),
          now,
        )
      : Math.min(Math.max(retryAt - now, 0), LONGEST_RESET_MS);
  const jitterMs = Math.min(waitMs / 10, LONGEST_JITTER_MS) * ids.fraction();
  return Math.round(now + waitMs + jitterMs);
}

/** `met`: wall times in ms at which the limit was met before, newest first. */
export function unknownWaitMs(met: readonly number[], now: number): number {
  let rounds = 0;
  let last = now;
  for (const at of met) {
    if (last - at > ROUND_MS) rounds += 1;
    last = at;
  }
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(rounds, 10), LONGEST_WAIT_MS);
}

/** When an agent met its limit, newest first, back to the last time that it did not. */
async function limitsMet(sql: Sql, agent: string, now: number): Promise<readonly number[]> {
  const rows = await sql.all(
    `SELECT a.ended_at AS ended_at, a.outcome AS outcome
     FROM attempts a JOIN jobs j ON j.id = a.job_id
     WHERE a.ended_at > $1 AND j.agent = $2 AND (a.outcome = 'succeeded' OR a.error_code = $3)
     ORDER BY a.ended_at DESC LIMIT ${MOST_ROWS}`,
    [now - LOOK_BACK_MS, agent, USAGE_LIMIT],
  );
  const success = rows.findIndex(({ outcome }) => outcome === 'succeeded');
  return rows.slice(0, success < 0 ? rows.length : success).map((row) => integer(row, 'ended_at'));
}

/**
 * Find the agents that wait for their usage limit, and until when: wall time in ms. The jobs that
 * met the limit and wait in the queue are the record of it: no other job of the agent is begun
 * before the last of them may.
 */
export async function findLimits(sql: Sql, now: number): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.all(
    `SELECT agent, max(run_at) AS until FROM jobs
     WHERE status = 'queued' AND error_code = '${USAGE_LIMIT}' AND run_at > $1 GROUP BY agent`,
    [now],
  );
  return new Map(rows.map((row) => [String(row['agent']), integer(row, 'until')]));
}

/** Take an agent's limit for lifted: whatever waits for it may begin. False when nothing did. */
export async function liftLimit(sql: Sql, agent: string, now: number): Promise<boolean> {
  const lifted = await sql.run(
    `UPDATE jobs SET run_at = $1, error_code = NULL, error_message = NULL, error_todo = NULL
     WHERE status = 'queued' AND error_code = '${USAGE_LIMIT}' AND run_at > $1 AND agent = $2`,
    [now, agent],
  );
  return lifted > 0;
}
