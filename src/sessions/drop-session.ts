import type { Store } from '../store/index.ts';

/** Take a session out of the copy of a database; in the original it was deleted meanwhile. */
export async function dropSession(copy: Store, id: string, signal: AbortSignal): Promise<void> {
  await copy.write(async (sql) => {
    await sql.run(
      `DELETE FROM events
       WHERE stream = $1 OR stream IN (SELECT id FROM jobs WHERE session_id = $1)`,
      [id],
    );
    await sql.run('DELETE FROM jobs WHERE session_id = $1', [id]);
    await sql.run('DELETE FROM sessions WHERE id = $1', [id]);
  }, signal);
}
