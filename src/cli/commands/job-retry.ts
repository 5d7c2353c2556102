import type { Job } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { tellOfMissingWorker } from './job-add.ts';
import { printJobs } from './job-wait.ts';

export interface JobRetryOptions {
  readonly attempts?: number;
  readonly deadline?: number;
}

/** Queue jobs again that did not succeed. */
export async function jobRetry(
  door: Door,
  ids: readonly string[],
  { attempts, deadline }: JobRetryOptions,
): Promise<ExitCode> {
  const { clock, interrupts } = door;
  const deadlineAt = deadline === undefined ? undefined : clock.now() + deadline;
  await using app = await openForCommand(door);
  const jobs: Job[] = [];
  for (const id of ids) {
    jobs.push(await app.retryJob(id, { attempts, deadlineAt }, interrupts.signal));
  }
  printJobs(door, jobs);
  await tellOfMissingWorker(door, app);
  return 0;
}
