import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { printJobs } from './job-wait.ts';

/** Ask for the running turn of a job to be stopped. */
export async function jobInterrupt(door: Door, id: string): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const job = await app.interruptJob(id, interrupts.signal);
  printJobs(door, [job]);
  printer.note('Its agent stops at its prompt and waits for you:');
  printer.note(`  -> tmux-builder job attach --write ${job.id}`);
  return 0;
}
