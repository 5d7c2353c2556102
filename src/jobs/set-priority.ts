import { CodedError } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import { getJobIn } from './find-job.ts';
import type { Job } from './job.ts';

export interface NewPriority {
  /** Higher goes first. */
  readonly priority: number;
  /** Wall time in ms. */
  readonly now: number;
}

/**
 * Have a queued job go before, or after, others.
 *
 * @throws {CodedError} `job.not-queued`: it has begun or is settled, and priority says nothing more.
 */
export async function setPriority(
  store: Store,
  jobId: string,
  { priority, now }: NewPriority,
  signal: AbortSignal,
): Promise<Job> {
  return await store.write(async (sql) => {
    const job = await getJobIn(sql, jobId);
    if (job.status !== 'queued') throw notQueued(job);
    if (job.priority === priority) return job;
    await sql.run('UPDATE jobs SET priority = $1 WHERE id = $2', [priority, job.id]);
    const data = { priority, before: job.priority };
    await sql.append({ stream: job.id, kind: 'job.priority-set', at: now, data });
    return await getJobIn(sql, job.id);
  }, signal);
}

function notQueued({ id, status }: Job): CodedError {
  return new CodedError('job.not-queued', `Job ${id} is ${status}; it waits for no turn.`, {
    facts: { jobId: id, status },
    todo: `See where it stands: tmux-builder job show ${id}`,
  });
}
