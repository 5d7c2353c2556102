import { abortable } from '../base/index.ts';
import { isSettled, getJob, type Job } from '../jobs/index.ts';
import type { StoredEvent } from '../store/index.ts';
import type { AppContext } from './context.ts';

const PAGE = 500;
/** A notice of a commit can be lost (no inotify left): look this often without one. */
const SWEEP_MS = 1_000;

/**
 * Hear every event of a job, in order and once, until it is settled.
 *
 * @returns the job as it was settled.
 * @throws `signal.reason` when aborted; the job itself goes on.
 */
export async function followJob(
  { store, clock }: AppContext,
  jobId: string,
  onEvent: (event: StoredEvent) => void,
  signal: AbortSignal,
): Promise<Job> {
  let wake = Promise.withResolvers<void>();
  const poke = (): void => wake.resolve();
  using _watching = store.watch(poke);
  using _sweep = clock.every(SWEEP_MS, poke);
  let sequence = 0;
  for (;;) {
    const job = await getJob(store, jobId, signal);
    for (;;) {
      const events = await store.events(job.id, sequence, PAGE, signal);
      events.forEach(onEvent);
      sequence = events.at(-1)?.sequence ?? sequence;
      if (events.length < PAGE) break;
    }
    if (isSettled(job.status)) return job;
    await abortable(wake.promise, signal);
    wake = Promise.withResolvers();
  }
}
