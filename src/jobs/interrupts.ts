import { CodedError } from '../base/index.ts';
import type { WorkerTools } from './hold-attempt.ts';
import type { Lease } from './lease.ts';
import type { Steering } from './steering.ts';

interface Holder {
  readonly workerId: string;
  readonly held: ReadonlyMap<string, { readonly lease: Lease; readonly steering: Steering }>;
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
  { lease, steering }: { readonly lease: Lease; readonly steering: Steering },
  { store, clock, log }: Pick<WorkerTools, 'store' | 'clock' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  const { job, attempt } = lease;
  const tell = async (kind: string, facts: object): Promise<void> => {
    const data = { attempt: attempt.number, ...facts };
    const event = { stream: job.id, kind, at: clock.now(), data };
    await store.write(async (sql) => await sql.append(event), signal);
  };
  try {
    await steering.agent?.interrupt(signal);
    await tell('attempt.interrupted', { detail: 'somebody asked for it' });
  } catch (error) {
    if (signal.aborted) return;
    log.warn('a turn was not interrupted', { jobId: job.id, error });
    const message = error instanceof CodedError ? error.message : String(error);
    await tell('attempt.not-interrupted', { message }).catch(() => {});
  }
}
