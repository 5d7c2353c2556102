import type { App, Job } from '../app/index.ts';
import { waitingForLimit } from './describe-event.ts';
import type { Door } from './door.ts';

/** Say that the job waits although nothing else keeps it from beginning. */
export async function tellOfLimit(
  { printer, clock, interrupts }: Door,
  app: App,
  job: Pick<Job, 'id' | 'agent' | 'settledAt'>,
): Promise<void> {
  const until = (await app.listUsageLimits(interrupts.signal)).get(job.agent);
  if (until === undefined || job.settledAt !== undefined) return;
  printer.note(`${job.agent} ${waitingForLimit(until, clock.now())}; the job begins after it.`);
  printer.note(`  -> Begin at once: tmux-builder job retry ${job.id}`);
}
