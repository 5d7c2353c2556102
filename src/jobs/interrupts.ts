import { CodedError } from '../base/index.ts';
import type { WorkerTools } from './hold-attempt.ts';
import type { Lease } from './lease.ts';
import type { Steering } from './steering.ts';

interface Interrupt {
  readonly lease: Lease;
  readonly steering: Steering;
}

interface Holder {
  readonly workerId: string;
  readonly held: ReadonlyMap<string, Interrupt>;
}

/**
 * Stop the turns that somebody asked to be stopped, of the attempts that run in this worker. One
 * whose agent is not ready yet keeps its request. Told once: the request is taken back first.
 */
export async function carryOutInterrupts(
  tools: Pick<WorkerTools, 'store' | 'clock' | 'log'>,
  { workerId, held }: Holder,
  signal: AbortSignal,
): Promise<void> {
  const { store } = tools;
  const rows = await store.read(
    async (sql) =>
      await sql.all(
        `SELECT id FROM jobs WHERE status = 'running' AND lease_worker = $1
           AND interrupt_requested_at IS NOT NULL`,
        [workerId],
      ),
    signal,
  );
  const wanted = new Set(rows.map(({ id }) => String(id)));
  for (const one of held.values()) {
    if (!wanted.has(one.lease.job.id) || one.steering.agent === undefined) continue;
    await store.write(
      async (sql) =>
        await sql.run('UPDATE jobs SET interrupt_requested_at = NULL WHERE id = $1', [
          one.lease.job.id,
        ]),
      signal,
    );
    // Not awaited: an agent that does not stop must not keep the other jobs waiting.
    void interrupt(one, tools, signal);
  }
}

async function interrupt(
  one: Interrupt,
  { store, clock, log }: Pick<WorkerTools, 'store' | 'clock' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  const { job, attempt } = one.lease;
  try {
    const { kind, facts } = await press(one, log, signal);
    const data = { attempt: attempt.number, ...facts };
    const event = { stream: job.id, kind, at: clock.now(), data };
    await store.write(async (sql) => await sql.append(event), signal);
  } catch (error) {
    if (signal.aborted) return;
    log.warn('what became of an interrupt was not written down', { jobId: job.id, error });
  }
}

/** Interrupt the agent; the event that tells of it, whether it stopped or not. */
async function press(
  { lease, steering }: Interrupt,
  log: WorkerTools['log'],
  signal: AbortSignal,
): Promise<{ readonly kind: string; readonly facts: object }> {
  try {
    await steering.agent?.interrupt(signal);
    return { kind: 'attempt.interrupted', facts: { detail: 'somebody asked for it' } };
  } catch (error) {
    signal.throwIfAborted();
    log.warn('a turn was not interrupted', { jobId: lease.job.id, error });
    const message = error instanceof CodedError ? error.message : String(error);
    return { kind: 'attempt.not-interrupted', facts: { message } };
  }
}
