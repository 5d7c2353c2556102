import { type Job, type JobStatus, toJobView } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { type PageOptions, readPages } from '../read-pages.ts';
import { jobColumns } from '../show-job.ts';
import { layOutTable } from '../table.ts';

export interface JobListOptions extends PageOptions {
  readonly status?: readonly JobStatus[];
  readonly session?: string;
}

/** Print jobs, newest first. */
export async function jobList(door: Door, options: JobListOptions): Promise<ExitCode> {
  const { printer, clock, interrupts } = door;
  const { signal } = interrupts;
  const { status: statuses, session } = options;
  await using app = await openForCommand(door);
  const sessionId = session === undefined ? undefined : (await app.getSession(session, signal)).id;
  const limits = await app.listUsageLimits(signal);
  const { items, next } = await readPages<Job>(
    options,
    async (place) => await app.listJobs({ sessionId, statuses, ...place }, signal),
  );
  if (printer.json) {
    printer.value({ items: items.map(toJobView), next: next ?? null });
    return 0;
  }
  if (items.length === 0) printer.note('No jobs.');
  else printer.lines(layOutTable(jobColumns(printer, clock.now(), limits), items, printer.width));
  if (next !== undefined) printer.note(`There are more: --cursor ${next}, or --all`);
  return 0;
}
