import type { Store } from '../store/index.ts';
import { type JobChoice, jobConditions } from './job-conditions.ts';
import { type JobStatus, jobStatuses } from './job.ts';
import { integer } from './job-rows.ts';
import { waiting } from './questions.ts';

export interface JobCounts {
  readonly byStatus: Readonly<Record<JobStatus, number>>;
  /** Of those that run: they wait for a person. */
  readonly asking: number;
}

/** Count the jobs that fit, by their status. */
export async function countJobs(
  store: Store,
  choice: JobChoice,
  signal: AbortSignal,
): Promise<JobCounts> {
  const { where, values } = jobConditions(choice);
  const asks = `EXISTS (SELECT 1 FROM questions WHERE questions.job_id = jobs.id AND ${waiting})`;
  return await store.read(async (sql) => {
    const rows = await sql.all(
      `SELECT status, count(*) AS count FROM jobs ${where} GROUP BY status`,
      values,
    );
    const running = `${where === '' ? 'WHERE' : `${where} AND`} status IN ('leased', 'running')`;
    const [asking] = await sql.all(
      `SELECT count(*) AS count FROM jobs ${running} AND ${asks}`,
      values,
    );
    const byStatus = { ...noJobs };
    for (const row of rows) {
      const status = jobStatuses.find((one) => one === row['status']);
      if (status !== undefined) byStatus[status] = integer(row, 'count');
    }
    return { byStatus, asking: asking === undefined ? 0 : integer(asking, 'count') };
  }, signal);
}

const noJobs: Record<JobStatus, number> = {
  queued: 0,
  leased: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  expired: 0,
  skipped: 0,
};
