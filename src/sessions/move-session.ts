import { isRunning, type ProcessIdentity } from '../base/index.ts';
import type { Clock } from '../base/index.ts';
import type { Sql, Store, WriteSql } from '../store/index.ts';
import {
  SessionBusyError,
  SessionHasJobsError,
  SessionHasSiteError,
  SessionStatusError,
} from './errors.ts';
import type { SessionStatus } from './session.ts';
import { moveDirectory, removeDirectory, type Rename, type SessionPaths } from './session-paths.ts';
import type { SessionRow } from './session-rows.ts';

export type MoveKind = 'archive' | 'restore' | 'delete';

export interface MoveTools {
  readonly store: Store;
  readonly paths: SessionPaths;
  readonly clock: Clock;
  readonly self: ProcessIdentity;
  readonly rename: Rename;
}

interface Step {
  readonly from: 'active' | 'archived';
  readonly during: SessionStatus;
}

const steps: Readonly<Record<MoveKind, Step>> = {
  archive: { from: 'active', during: 'archiving' },
  restore: { from: 'archived', during: 'restoring' },
  delete: { from: 'archived', during: 'deleting' },
};

/** The move a status speaks of; undefined when nothing is being moved. */
export function moveOf(status: SessionStatus): MoveKind | undefined {
  switch (status) {
    case 'archiving':
      return 'archive';
    case 'restoring':
      return 'restore';
    case 'deleting':
      return 'delete';
    case 'active':
    case 'archived':
  }
  return undefined;
}

/**
 * Archive, restore or delete: say in the row who does it, move the directory, then write the new
 * status. Killed between two of them, `finishMove` goes on from the row.
 *
 * @throws {SessionStatusError} {SessionHasJobsError} {SessionHasSiteError} {SessionBusyError}
 * nothing was changed.
 * @throws {SessionMoveError} {SessionDirectoryMissingError} the status is as before; a session
 * that was being deleted stays `deleting`, because part of it may be gone.
 * @throws `signal.reason` when aborted before the first change; after it the move is completed.
 */
export async function moveSession(
  tools: MoveTools,
  kind: MoveKind,
  row: SessionRow,
  signal: AbortSignal,
): Promise<void> {
  const { from, during } = steps[kind];
  const { id, status } = row.session;
  if (status !== from) throw new SessionStatusError(id, status, from);
  await tools.store.write(async (sql) => {
    if (kind === 'archive') await refuseWithJobs(sql, id);
    if (kind !== 'restore') await refuseWithSite(sql, id);
    await take(sql, tools, row, during);
  }, signal);
  await carryOut(tools, kind, id);
}

/**
 * Go on with a move whose doer died, from wherever it stopped.
 *
 * @throws {SessionBusyError} its doer lives, or another process was faster.
 */
export async function finishMove(
  tools: MoveTools,
  row: SessionRow,
  signal: AbortSignal,
): Promise<void> {
  const { session, doer } = row;
  const kind = moveOf(session.status);
  if (kind === undefined) return;
  if (doer !== undefined && (await isRunning(doer))) {
    throw new SessionBusyError(session.id, session.status, doer.pid);
  }
  await tools.store.write(async (sql) => await take(sql, tools, row, session.status), signal);
  await carryOut(tools, kind, session.id);
}

async function carryOut(tools: MoveTools, kind: MoveKind, id: string): Promise<void> {
  // From here on the move is completed or undone, whoever has lost interest.
  const { signal } = new AbortController();
  try {
    await moveFiles(tools, kind, id);
  } catch (error) {
    const status = kind === 'delete' ? 'deleting' : steps[kind].from;
    await tools.store.write(async (sql) => await release(sql, tools, id, status), signal);
    throw error;
  }
  await tools.store.write(async (sql) => await recordEnd(sql, tools, kind, id), signal);
}

async function moveFiles({ paths, rename }: MoveTools, kind: MoveKind, id: string): Promise<void> {
  switch (kind) {
    case 'archive':
      await moveDirectory(paths.active(id), paths.deleted(id), rename);
      return;
    case 'restore':
      await moveDirectory(paths.deleted(id), paths.active(id), rename);
      return;
    case 'delete':
      await removeDirectory(paths.deleted(id));
  }
}

async function recordEnd(
  sql: WriteSql,
  tools: MoveTools,
  kind: MoveKind,
  id: string,
): Promise<void> {
  const at = tools.clock.now();
  switch (kind) {
    case 'archive':
      await release(sql, tools, id, 'archived');
      await sql.run('UPDATE sessions SET archived_at = $2 WHERE id = $1', [id, at]);
      await sql.append({ stream: id, kind: 'session.archived', at, data: {} });
      return;
    case 'restore':
      await release(sql, tools, id, 'active');
      await sql.run('UPDATE sessions SET archived_at = NULL WHERE id = $1', [id]);
      await sql.append({ stream: id, kind: 'session.restored', at, data: {} });
      return;
    case 'delete':
      await recordDeletion(sql, id, at);
      await sql.run(
        `DELETE FROM events
         WHERE stream IN (SELECT id FROM jobs WHERE session_id = $1)`,
        [id],
      );
      await sql.run('DELETE FROM jobs WHERE session_id = $1', [id]);
      await sql.run('DELETE FROM sessions WHERE id = $1', [id]);
  }
}

/** All that is left of a session: those who watch what happens are to hear of its end. */
async function recordDeletion(sql: WriteSql, id: string, at: number): Promise<void> {
  await sql.run('DELETE FROM events WHERE stream = $1', [id]);
  const [row] = await sql.all('SELECT user_id FROM sessions WHERE id = $1', [id]);
  const data = { user_id: row?.['user_id'] ?? null };
  await sql.append({ stream: id, kind: 'session.deleted', at, data });
}

/** Queued jobs count too: an archived session runs none, and what waits for them would for ever. */
export async function refuseWithJobs(sql: Sql, id: string): Promise<void> {
  const rows = await sql.all(
    `SELECT id FROM jobs WHERE session_id = $1 AND status IN ('queued', 'leased', 'running')
     ORDER BY id LIMIT 5`,
    [id],
  );
  if (rows.length === 0) return;
  throw new SessionHasJobsError(
    id,
    rows.map((row) => String(row['id'])),
  );
}

/** Whoever moved its session would lose sight of what is on the web, and may be billed. */
export async function refuseWithSite(sql: Sql, id: string): Promise<void> {
  const query = 'SELECT status FROM sites WHERE session_id = $1 AND destroyed_at IS NULL';
  const [row] = await sql.all(query, [id]);
  if (row !== undefined) throw new SessionHasSiteError(id, String(row['status']));
}

/** Name ourselves as the doer, unless the row changed since it was read. */
async function take(
  sql: Sql,
  { self }: MoveTools,
  { session, version }: SessionRow,
  status: SessionStatus,
): Promise<void> {
  const taken = await sql.run(
    `UPDATE sessions SET status = $3, busy_pid = $4, busy_start = $5, row_version = row_version + 1
     WHERE id = $1 AND row_version = $2`,
    [session.id, version, status, self.pid, self.startTime],
  );
  if (taken === 0) throw new SessionBusyError(session.id, session.status, undefined);
}

/** Write the status that holds now, if the move is still ours. */
async function release(
  sql: Sql,
  { self }: MoveTools,
  id: string,
  status: SessionStatus,
): Promise<void> {
  await sql.run(
    `UPDATE sessions
     SET status = $2, busy_pid = NULL, busy_start = NULL, row_version = row_version + 1
     WHERE id = $1 AND busy_pid = $3 AND busy_start = $4`,
    [id, status, self.pid, self.startTime],
  );
}
