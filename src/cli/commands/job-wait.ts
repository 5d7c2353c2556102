import { type Job, toJobView } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { formatDuration } from '../duration.ts';
import { WaitTimedOutError } from '../errors.ts';
import { type ExitCode, exitCodeOfJob } from '../exit-codes.ts';
import { styleStatus } from '../show-job.ts';
import { tellOfMissingWorker } from './job-add.ts';

export interface JobWaitOptions {
  readonly timeout?: number;
}

/** Wait until every job is settled. */
export async function jobWait(
  door: Door,
  ids: readonly string[],
  { timeout }: JobWaitOptions,
): Promise<ExitCode> {
  const { clock, interrupts } = door;
  await using app = await openForCommand(door);
  const jobs = await Promise.all(ids.map(async (id) => await app.getJob(id, interrupts.signal)));
  const jobIds = [...new Set(jobs.map(({ id }) => id))];
  if (jobs.some(({ settledAt }) => settledAt === undefined)) await tellOfMissingWorker(door, app);
  const late = new WaitTimedOutError(jobIds, formatDuration(timeout ?? 0));
  using limit = clock.deadline(timeout ?? Infinity, late);
  const signal = AbortSignal.any([interrupts.signal, limit.signal]);
  const settled = await Promise.all(
    jobIds.map(async (id) => await app.waitForJob(id, () => {}, signal)),
  );
  printJobs(door, settled);
  return settled.map(exitCodeOfJob).find((code) => code !== 0) ?? 0;
}

/** Print jobs as a command leaves them: their ids and statuses, or the list with `--json`. */
export function printJobs({ printer }: Door, jobs: readonly Job[]): void {
  if (printer.json) printer.value({ items: jobs.map(toJobView), next: null });
  else printer.lines(jobs.map(({ id, status }) => `${id} ${styleStatus(printer, status)}`));
}
