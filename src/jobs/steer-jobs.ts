import { setImmediate } from 'node:timers/promises';
import { CodedError } from '../base/index.ts';
import { type Visibility, visibleCondition } from '../sessions/index.ts';
import type { Sql, SqlValue, Store, WriteSql } from '../store/index.ts';
import { type JobChoice, jobConditions } from './job-conditions.ts';
import { JobNotFoundError } from './job-not-found-error.ts';
import { isSettled, type JobStatus } from './job.ts';
import { requestCancelIn, retryJobIn } from './steer-job.ts';

/** Most jobs that are steered by one call. */
export const MOST_JOBS = 10_000;
/** Jobs of one transaction: more would keep everybody else from writing. */
const CHUNK = 100;

/** Jobs named one by one, or all that fit. */
export type JobsChoice =
  | { readonly kind: 'named'; readonly jobIds: readonly string[] }
  | { readonly kind: 'fitting'; readonly choice: JobChoice };

export interface JobsWish {
  readonly jobs: JobsChoice;
  /** Whose rights hold: those of a session that they may only look at are refused. */
  readonly visibleTo: Visibility;
}

/** What became of each job. */
export interface BulkResult {
  readonly done: readonly string[];
  readonly refused: readonly { readonly jobId: string; readonly error: CodedError }[];
}

/** Ask for the end of many jobs. Of those that fit, settled ones are left out. */
export async function cancelJobs(
  store: Store,
  wish: JobsWish,
  now: number,
  signal: AbortSignal,
): Promise<BulkResult> {
  const act = async (sql: WriteSql, id: string): Promise<void> => await cancel(sql, id, now);
  return await steerEach(store, wish, { statuses: ['queued', 'leased', 'running'], act }, signal);
}

async function cancel(sql: WriteSql, id: string, now: number): Promise<void> {
  const { status, cancelRequestedAt } = await requestCancelIn(sql, id, now);
  if (status === 'cancelled' || (!isSettled(status) && cancelRequestedAt !== undefined)) return;
  throw new CodedError('job.wrong-status', `Job ${id} is ${status}; it cannot become cancelled.`, {
    facts: { jobId: id, from: status, to: 'cancelled' },
    todo: `See what happened to it: tmux-builder job show ${id}`,
  });
}

/** Queue many jobs once more. Of those that fit, ones that wait, run or succeeded are left out. */
export async function retryJobs(
  store: Store,
  wish: JobsWish,
  retry: { readonly now: number; readonly attempts: number },
  signal: AbortSignal,
): Promise<BulkResult> {
  const act = async (sql: WriteSql, id: string): Promise<void> => {
    await retryJobIn(sql, id, { ...retry, deadlineAt: undefined });
  };
  const statuses = ['failed', 'cancelled', 'expired', 'skipped'] as const;
  return await steerEach(store, wish, { statuses, act }, signal);
}

interface Steering {
  /** Which of the jobs that fit are meant. */
  readonly statuses: readonly JobStatus[];
  /** Throws before it changes anything. */
  readonly act: (sql: WriteSql, jobId: string) => Promise<void>;
}

async function steerEach(
  store: Store,
  { jobs, visibleTo }: JobsWish,
  steering: Steering,
  signal: AbortSignal,
): Promise<BulkResult> {
  const ids =
    jobs.kind === 'named'
      ? [...new Set(jobs.jobIds)].slice(0, MOST_JOBS)
      : await findFitting(store, { ...jobs.choice, visibleTo }, steering.statuses, signal);
  const done: string[] = [];
  const refused: { jobId: string; error: CodedError }[] = [];
  for (let start = 0; start < ids.length; start += CHUNK) {
    const chunk = ids.slice(start, start + CHUNK);
    const errors = await store.write(async (sql) => {
      const found: (CodedError | undefined)[] = [];
      for (const id of chunk) found.push(await tryOne(sql, { id, visibleTo }, steering));
      return found;
    }, signal);
    for (const [index, jobId] of chunk.entries()) {
      const error = errors[index];
      if (error === undefined) done.push(jobId);
      else refused.push({ jobId, error });
    }
    // SQLite answers at once: without this, nothing else of this process would get its turn.
    await setImmediate();
  }
  return { done, refused };
}

async function findFitting(
  store: Store,
  choice: JobChoice,
  sensible: readonly JobStatus[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const wanted = choice.statuses ?? [];
  const statuses = sensible.filter((one) => wanted.length === 0 || wanted.includes(one));
  if (statuses.length === 0) return [];
  const { where, values } = jobConditions({ ...choice, statuses });
  const query = `SELECT id FROM jobs ${where} ORDER BY created_at DESC, id DESC LIMIT ${MOST_JOBS}`;
  const rows = await store.read(async (sql) => await sql.all(query, values), signal);
  return rows.map((row) => String(row['id']));
}

async function tryOne(
  sql: WriteSql,
  wish: { readonly id: string; readonly visibleTo: Visibility },
  { act }: Steering,
): Promise<CodedError | undefined> {
  const refusal = await findRefusal(sql, wish);
  if (refusal !== undefined) return refusal;
  try {
    await act(sql, wish.id);
    return undefined;
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}

/** Jobs that one may not see do not exist; those that one may only look at are refused. */
async function findRefusal(
  sql: Sql,
  { id, visibleTo }: { readonly id: string; readonly visibleTo: Visibility },
): Promise<CodedError | undefined> {
  const isThere = async (least: 'viewer' | 'operator'): Promise<boolean> => {
    const values: SqlValue[] = [id];
    const add = (value: SqlValue): string => `$${values.push(value)}`;
    const visible = visibleCondition(visibleTo, { column: 'session_id', least }, add);
    const query = `SELECT id FROM jobs WHERE id = $1 ${visible === undefined ? '' : `AND ${visible}`}`;
    return (await sql.all(query, values)).length > 0;
  };
  if (await isThere('operator')) return undefined;
  if (await isThere('viewer')) {
    return new CodedError('auth.forbidden', `You may look at job ${id} and not change it.`, {
      facts: { jobId: id },
      todo: 'Ask the owner of its session to make you an operator of it',
    });
  }
  return new JobNotFoundError(id);
}
