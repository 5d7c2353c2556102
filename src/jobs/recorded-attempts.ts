import type { Place } from '../base/index.ts';
import { type Visibility, visibleCondition } from '../sessions/index.ts';
import type { Row, SqlValue, Store } from '../store/index.ts';

export interface RecordedQuery {
  readonly sessionId?: string | undefined;
  readonly visibleTo: Visibility;
  /** Recordings of attempts that ended before it, wall time in ms, were removed. */
  readonly endedSince: number;
  readonly after: Place | undefined;
  readonly limit: number;
}

/** The newest attempt in a directory that may have a recording. */
export interface RecordedDir {
  readonly place: Place;
  readonly title: string;
  readonly agent: string;
  /** Rows of all attempts that share it, newest first. */
  readonly attempts: readonly Row[];
}

/** List directories in which agents were recorded, by their newest attempt, newest first. */
export async function listRecordedDirs(
  store: Store,
  { sessionId, visibleTo, endedSince, after, limit }: RecordedQuery,
  signal: AbortSignal,
): Promise<readonly RecordedDir[]> {
  const values: SqlValue[] = [];
  const add = (value: SqlValue): string => `$${values.push(value)}`;
  const parts = [
    'a.server_pid IS NOT NULL',
    `(a.ended_at IS NULL OR a.ended_at >= ${add(endedSince)})`,
    `NOT EXISTS (SELECT 1 FROM attempts b WHERE b.home_dir = a.home_dir
       AND (b.started_at, b.job_id) > (a.started_at, a.job_id) AND b.server_pid IS NOT NULL)`,
  ];
  if (sessionId !== undefined) parts.push(`j.session_id = ${add(sessionId)}`);
  const visible = visibleCondition(visibleTo, { column: 'j.session_id' }, add);
  if (visible !== undefined) parts.push(visible);
  if (after !== undefined) {
    parts.push(`(a.started_at, a.job_id) < (${add(after.createdAt)}, ${add(after.id)})`);
  }
  const columns = `a.job_id, a.number, a.state, a.ended_at, a.socket_path, a.started_at, a.home_dir,
    j.session_id, j.title, j.agent, coalesce(a.home_dir, a.exchange_dir) AS dir`;
  const from = 'FROM attempts a JOIN jobs j ON j.id = a.job_id';
  const order = 'ORDER BY a.started_at DESC, a.job_id DESC';
  return await store.read(async (sql) => {
    const query = `SELECT ${columns} ${from} WHERE ${parts.join(' AND ')} ${order} LIMIT ${limit}`;
    const found: RecordedDir[] = [];
    for (const row of await sql.all(query, values)) {
      const shared = `SELECT ${columns} ${from}
        WHERE a.home_dir = $1 AND a.server_pid IS NOT NULL ${order}`;
      const home = row['home_dir'] ?? null;
      found.push({
        place: { createdAt: Number(row['started_at']), id: String(row['job_id']) },
        title: String(row['title']),
        agent: String(row['agent']),
        attempts: home === null ? [row] : await sql.all(shared, [home]),
      });
    }
    return found;
  }, signal);
}
