import { type App, toJobView } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { type JobArguments, toJobInput } from '../job-input.ts';
import { tellOfLimit } from '../tell-of-limit.ts';
import { tellOfEarlier } from './run.ts';

/** Queue a job and print its id. */
export async function jobAdd(door: Door, given: JobArguments): Promise<ExitCode> {
  const { printer, clock, interrupts } = door;
  const input = await toJobInput(given, clock);
  await using app = await openForCommand(door);
  const job = await app.addJob(input, interrupts.signal);
  if (printer.json) printer.value(toJobView(job));
  else printer.lines([job.id]);
  await tellOfLimit(door, app, job);
  if (job.settledAt === undefined) await tellOfMissingWorker(door, app);
  else tellOfEarlier(door, job);
  return 0;
}

/** Say that nobody does the jobs, and who would. */
export async function tellOfMissingWorker({ printer, interrupts }: Door, app: App): Promise<void> {
  if ((await app.listWorkers(interrupts.signal)).length > 0) return;
  printer.note('No worker is running, so nothing is done yet. Start one: tmux-builder worker');
}
