import type { WriteSql } from '../store/index.ts';
import { appendEvent } from './change-execution.ts';
import { endCancelled } from './steer-execution.ts';

/**
 * Make the sites of a restored database harmless for the original, which may live: what is in a
 * cloud is the same there for both. Executions that were open have ended; nothing in a cloud is
 * destroyed but by a person. Part of the caller's transaction.
 *
 * @param at wall time in ms.
 * @returns how many sites in clouds will not be destroyed by themselves any more.
 */
export async function mendRestoredSites(sql: WriteSql, at: number): Promise<number> {
  const open = `SELECT id FROM executions WHERE status IN ('queued', 'running') ORDER BY created_at`;
  for (const { id } of await sql.all(open)) await endCancelled(sql, String(id), at);
  await sql.run('UPDATE sites SET lease_owner = NULL, lease_until = NULL');
  const kept = await sql.all(
    `SELECT session_id, status, expires_at FROM sites WHERE provider <> 'local'
       AND destroyed_at IS NULL AND (status = 'destroying' OR expires_at IS NOT NULL)`,
  );
  for (const { session_id: id, expires_at: expiresAt } of kept) {
    const sessionId = String(id);
    await sql.run(
      `UPDATE sites SET expires_at = NULL,
         status = CASE WHEN status <> 'destroying' THEN status
           WHEN url IS NULL THEN 'failed' ELSE 'live' END
       WHERE session_id = $1`,
      [sessionId],
    );
    const data = { expires_at: expiresAt ?? null };
    await appendEvent(sql, { sessionId, kind: 'site.kept-by-restore', at, data });
  }
  return kept.length;
}
