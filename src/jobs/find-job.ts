import { CodedError, parseCursor, toCursor } from '../base/index.ts';
import type { Sql, Store } from '../store/index.ts';
import type { Attempt } from './attempt.ts';
import type { Job } from './job.ts';
import { type JobChoice, jobConditions } from './job-conditions.ts';
import { JobNotFoundError } from './job-not-found-error.ts';
import { toAttempt, toJob } from './job-rows.ts';

/**
 * Get a job by its id, or by the beginning of its id where that is unique.
 *
 * @throws {CodedError} `job.not-found` or `job.ambiguous-id`.
 */
export async function getJob(store: Store, id: string, signal: AbortSignal): Promise<Job> {
  return await store.read(async (sql) => await getJobIn(sql, id), signal);
}

/** The same inside a transaction. */
export async function getJobIn(sql: Sql, id: string): Promise<Job> {
  const exact = await sql.all('SELECT * FROM jobs WHERE id = $1', [id]);
  const rows =
    exact.length > 0 || !/^[a-z0-9_]+$/.test(id)
      ? exact
      : await sql.all('SELECT * FROM jobs WHERE id >= $1 AND id < $2 ORDER BY id LIMIT 2', [
          id,
          `${id}~`,
        ]);
  const [row, second] = rows;
  if (row === undefined) throw new JobNotFoundError(id);
  if (second !== undefined) {
    throw new CodedError('job.ambiguous-id', `Several jobs begin with ${id}.`, {
      facts: { id, examples: [row['id'], second['id']] },
      todo: 'Give more characters of the id',
    });
  }
  return toJob(row);
}

/** Every attempt at a job, oldest first. */
export async function listAttempts(
  store: Store,
  jobId: string,
  signal: AbortSignal,
): Promise<readonly Attempt[]> {
  const rows = await store.read(
    async (sql) =>
      await sql.all('SELECT * FROM attempts WHERE job_id = $1 ORDER BY number', [jobId]),
    signal,
  );
  return rows.map(toAttempt);
}

/**
 * When the agent of an attempt was given its next one, wall time in ms: what its terminal printed
 * before that belongs to this attempt, however late it was heard. Infinity when there is none.
 */
export async function findNextStart(
  store: Store,
  { homeDir, startedAt }: Pick<Attempt, 'homeDir' | 'startedAt'>,
  signal: AbortSignal,
): Promise<number> {
  const query = `SELECT min(started_at) AS next FROM attempts
    WHERE home_dir = $1 AND started_at > $2`;
  const [row] = await store.read(async (sql) => await sql.all(query, [homeDir, startedAt]), signal);
  return Number(row?.['next'] ?? Infinity);
}

export interface JobQuery extends JobChoice {
  /** Where the page before this one ended. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; undefined on the last page. */
  readonly next: string | undefined;
}

/** List jobs, newest first. Jobs that are added meanwhile do not shift the pages. */
export async function listJobs(
  store: Store,
  query: JobQuery,
  signal: AbortSignal,
): Promise<Page<Job>> {
  const after = query.cursor === undefined ? undefined : parseCursor(query.cursor);
  const { where, values } = jobConditions(query, after);
  const rows = await store.read(
    async (sql) =>
      await sql.all(
        `SELECT * FROM jobs ${where} ORDER BY created_at DESC, id DESC LIMIT ${query.limit + 1}`,
        values,
      ),
    signal,
  );
  const items = rows.slice(0, query.limit).map(toJob);
  const last = items.at(-1);
  const next = rows.length > query.limit && last !== undefined ? toCursor(last) : undefined;
  return { items, next };
}
