/** Not looked at by their leases: one that ran out still holds the agent, for whoever takes over. */
const isTaken = `EXISTS (SELECT 1 FROM jobs taken WHERE taken.session_id = sessions.id
  AND taken.mode = 'persistent' AND taken.status IN ('leased', 'running'))`;

const queued = `mode = 'persistent' AND status = 'queued' AND blocked_by = 0
  AND session_id = sessions.id`;

/**
 * The ids, as a query, of the jobs that are next in the conversations that are free: in each the
 * oldest that was begun before and is tried again, which keeps its place, else the first in the
 * order of claiming that `mayRun` lets through. It looks at two jobs a session, however many wait.
 */
export function conversationHeads(mayRun: string): string {
  return `SELECT COALESCE(
      (SELECT id FROM jobs WHERE ${queued} AND attempts > 0 ORDER BY created_at, id LIMIT 1),
      (SELECT id FROM jobs WHERE ${queued} AND ${mayRun} ORDER BY priority DESC, run_at, id LIMIT 1))
    FROM sessions WHERE status = 'active' AND NOT ${isTaken}`;
}
