import { type Visibility, visibleCondition } from '../sessions/index.ts';
import type { SqlValue, Store } from '../store/index.ts';
import type { Job } from './job.ts';
import { integer, toJob } from './job-rows.ts';

export interface FailedJobs {
  /** Newest first. */
  readonly jobs: readonly Job[];
  /** In all. */
  readonly count: number;
}

const left = `status = 'failed' AND dismissed_at IS NULL`;

/** Find failed jobs that nobody has retried or put aside. */
export async function findFailed(
  store: Store,
  { visibleTo, limit }: { readonly visibleTo: Visibility; readonly limit: number },
  signal: AbortSignal,
): Promise<FailedJobs> {
  const values: SqlValue[] = [];
  const add = (value: SqlValue): string => `$${values.push(value)}`;
  const visible = visibleCondition(visibleTo, { column: 'session_id' }, add);
  const where = `WHERE ${left} ${visible === undefined ? '' : `AND ${visible}`}`;
  return await store.read(async (sql) => {
    const rows = await sql.all(
      `SELECT * FROM jobs ${where} ORDER BY settled_at DESC, id DESC LIMIT ${limit}`,
      values,
    );
    const [counted] = await sql.all(`SELECT count(*) AS count FROM jobs ${where}`, values);
    return { jobs: rows.map(toJob), count: counted === undefined ? 0 : integer(counted, 'count') };
  }, signal);
}

export interface Dismissal {
  readonly jobIds: readonly string[];
  /** Jobs of other sessions stay as they are. */
  readonly visibleTo: Visibility;
  /** Wall time in ms. */
  readonly now: number;
}

/** Put failed jobs aside; one that is not failed, or is put aside already, stays as it is. */
export async function dismissFailed(
  store: Store,
  { jobIds, visibleTo, now }: Dismissal,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return await store.write(async (sql) => {
    const dismissed: string[] = [];
    for (const id of jobIds) {
      const values: SqlValue[] = [now, id];
      const add = (value: SqlValue): string => `$${values.push(value)}`;
      const least = 'operator';
      const visible = visibleCondition(visibleTo, { column: 'session_id', least }, add);
      const changed = await sql.run(
        `UPDATE jobs SET dismissed_at = $1 WHERE id = $2 AND ${left}
         ${visible === undefined ? '' : `AND ${visible}`}`,
        values,
      );
      if (changed === 0) continue;
      dismissed.push(id);
      await sql.append({ stream: id, kind: 'job.dismissed', at: now, data: {} });
    }
    return dismissed;
  }, signal);
}
