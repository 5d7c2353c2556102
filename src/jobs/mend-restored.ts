import type { Sql, WriteSql } from '../store/index.ts';
import { settleJob } from './settle.ts';

export interface RestoredPaths {
  /** Directories, without a slash at the end, under which rows name files. */
  readonly before: readonly string[];
  /** The directory that holds these files now. */
  readonly now: string;
}

/**
 * Make a restored database fit for work: files lie where the directory is now, no worker and no
 * agent of the original is taken for ours, and what ran when it was copied is queued again, as an
 * attempt that does not count. Part of the caller's transaction.
 *
 * @param at wall time in ms.
 */
export async function mendRestored(sql: WriteSql, paths: RestoredPaths, at: number): Promise<void> {
  for (const before of paths.before) await movePaths(sql, before, paths.now);
  await forgetAgents(sql, paths.now, at);
  await requeueRunning(sql, at);
}

/** Columns that hold a path. */
const pathColumns = [
  ['jobs', 'prompt_path'],
  ['jobs', 'output_path'],
  ['jobs', 'directory'],
  ['attempts', 'exchange_dir'],
  ['attempts', 'home_dir'],
] as const;

async function movePaths(sql: Sql, before: string, now: string): Promise<void> {
  if (before === now) return;
  for (const [table, column] of pathColumns) {
    await sql.run(
      `UPDATE ${table} SET ${column} = $2 || substr(${column}, length($1) + 1)
       WHERE ${column} = $1 OR substr(${column}, 1, length($1) + 1) = $1 || '/'`,
      [before, now],
    );
  }
  await sql.run('UPDATE jobs SET input = replace(input, $1, $2) WHERE input IS NOT NULL', [
    inJson(before),
    inJson(now),
  ]);
}

/** The beginning of a path as JSON has it. */
function inJson(path: string): string {
  return JSON.stringify(`${path}/`).slice(0, -1);
}

/** Sockets and run ids name agents of the original, which may live: they are not ours to end. */
async function forgetAgents(sql: Sql, dataDir: string, at: number): Promise<void> {
  await sql.run(
    `UPDATE attempts SET run_id = 'restored.' || run_id,
       socket_path = $1 || '/restored/' || nonce || '/tmux.sock'`,
    [dataDir],
  );
  await sql.run('UPDATE workers SET stopped_at = $1 WHERE stopped_at IS NULL', [at]);
  await sql.run('UPDATE questions SET closed_at = $1 WHERE closed_at IS NULL', [at]);
  // Whoever was logged out since is not to be logged in again.
  await sql.run('DELETE FROM logins');
  await sql.run('UPDATE sessions SET busy_pid = NULL, busy_start = NULL');
}

async function requeueRunning(sql: WriteSql, at: number): Promise<void> {
  await sql.run(
    `UPDATE attempts SET state = 'ended', ended_at = $1, outcome = 'failed',
       error_code = 'job.agent-lost', error_message = 'The data directory was restored.'
     WHERE state <> 'ended'`,
    [at],
  );
  const rows = await sql.all(
    `SELECT id, cancel_requested_at FROM jobs WHERE status IN ('leased', 'running') ORDER BY id`,
  );
  for (const row of rows) {
    const id = String(row['id']);
    if (row['cancel_requested_at'] !== null) {
      const error = { code: 'job.cancelled', message: 'It was cancelled.', todo: undefined };
      await settleJob(sql, id, { status: 'cancelled', at, error });
      continue;
    }
    await sql.run(
      `UPDATE jobs SET status = 'queued', run_at = $1, lease_worker = NULL, lease_until = NULL,
         interrupt_requested_at = NULL, max_attempts = max_attempts + 1 WHERE id = $2`,
      [at, id],
    );
    const data = { run_at: at, error_code: 'job.agent-lost', reason: 'restored' };
    await sql.append({ stream: id, kind: 'job.requeued', at, data });
  }
}
