import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { printJobs } from './job-wait.ts';

/** Cancel jobs and wait for their end. One that ended otherwise is told of, with exit code 5. */
export async function jobCancel(door: Door, ids: readonly string[]): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const jobs = await Promise.all(ids.map(async (id) => await app.getJob(id, interrupts.signal)));
  const settled = await Promise.all(
    jobs.map(async ({ id }) => await app.cancelJob(id, interrupts.signal)),
  );
  printJobs(door, settled);
  const others = settled.filter(({ status }) => status !== 'cancelled');
  for (const { id, status } of others)
    printer.problem(`Job ${id} had ${status} before.`, undefined);
  return others.length === 0 ? 0 : 5;
}
