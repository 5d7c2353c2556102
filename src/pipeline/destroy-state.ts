import type { WriteSql } from '../store/index.ts';
import { appendEvent, errorColumns } from './change-execution.ts';
import type { StepError } from './execution.ts';
import { getSiteIn } from './find-sites.ts';
import type { Site } from './site.ts';
import { requestCancel } from './steer-execution.ts';

/**
 * Mark a site to be destroyed and ask for the end of its executions; a runner does the rest. Asked
 * again, the wait until the next try is over.
 */
export async function markDestroying(
  sql: WriteSql,
  { sessionId, reason, now }: { sessionId: string; reason: 'asked' | 'expired'; now: number },
): Promise<Site> {
  const site = await getSiteIn(sql, sessionId);
  if (site.status === 'destroyed') return site;
  await sql.run(`UPDATE sites SET status = 'destroying', destroy_at = $2 WHERE session_id = $1`, [
    sessionId,
    now,
  ]);
  const open = `SELECT id FROM executions
    WHERE session_id = $1 AND status IN ('queued', 'running') ORDER BY created_at`;
  for (const row of await sql.all(open, [sessionId])) {
    await requestCancel(sql, String(row['id']), now);
  }
  if (site.status !== 'destroying') {
    await appendEvent(sql, { sessionId, kind: 'site.destroying', at: now, data: { reason } });
  }
  return await getSiteIn(sql, sessionId);
}

export async function recordDestroyed(sql: WriteSql, sessionId: string, at: number): Promise<void> {
  await sql.run(
    `UPDATE sites SET status = 'destroyed', url = NULL, release_id = NULL, destroyed_at = $2,
       lease_owner = NULL, lease_until = NULL, error_code = NULL, error_message = NULL,
       error_todo = NULL WHERE session_id = $1`,
    [sessionId, at],
  );
  await appendEvent(sql, { sessionId, kind: 'site.destroyed', at, data: {} });
}

const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;

/** Keep why it failed, and when it is tried again. */
export async function recordDestroyFailed(
  sql: WriteSql,
  { sessionId, error, at }: { sessionId: string; error: StepError; at: number },
): Promise<void> {
  const query = 'SELECT destroy_attempts FROM sites WHERE session_id = $1';
  const [row] = await sql.all(query, [sessionId]);
  const attempts = Number(row?.['destroy_attempts'] ?? 0) + 1;
  const next = at + destroyWaitMs(attempts);
  await sql.run(
    `UPDATE sites SET destroy_attempts = $2, destroy_at = $3, lease_owner = NULL,
       lease_until = NULL, error_code = $4, error_message = $5, error_todo = $6
     WHERE session_id = $1`,
    [sessionId, attempts, next, ...errorColumns(error)],
  );
  const data = { error, attempt: attempts, next_try_at: next };
  await appendEvent(sql, { sessionId, kind: 'site.destroy-failed', at, data });
}

/** 30 s, doubled with every failure, an hour at most. */
export function destroyWaitMs(attempts: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_WAIT_MS);
}

/** Mark what has lived its time; resolves with how many that were. */
export async function expireSites(sql: WriteSql, now: number): Promise<number> {
  const query = `SELECT session_id FROM sites WHERE destroyed_at IS NULL
    AND status NOT IN ('destroying', 'destroyed') AND expires_at <= $1 LIMIT 100`;
  const rows = await sql.all(query, [now]);
  for (const row of rows) {
    await markDestroying(sql, { sessionId: String(row['session_id']), reason: 'expired', now });
  }
  return rows.length;
}
