import type { AppContext } from './context.ts';

/** Numbers about the work as a whole, for whoever watches over it. */
export interface Measures {
  /** Since when the job that waits longest could have begun; undefined when none waits. */
  readonly oldestQueuedAt: number | undefined;
  /** Ended attempts in the database; `none` are those without an outcome. */
  readonly attemptsByOutcome: ReadonlyMap<string, number>;
}

export async function measure(
  { store, clock }: AppContext,
  signal: AbortSignal,
): Promise<Measures> {
  return await store.read(async (sql) => {
    const [queued] = await sql.all(
      `SELECT min(run_at) AS oldest FROM jobs
       WHERE status = 'queued' AND blocked_by = 0 AND run_at <= $1`,
      [clock.now()],
    );
    const ended = await sql.all(
      `SELECT coalesce(outcome, 'none') AS outcome, count(*) AS attempts FROM attempts
       WHERE state = 'ended' GROUP BY outcome`,
    );
    const oldest = queued?.['oldest'] ?? undefined;
    return {
      oldestQueuedAt: oldest === undefined ? undefined : Number(oldest),
      attemptsByOutcome: new Map(
        ended.map(({ outcome, attempts }) => [String(outcome), Number(attempts)]),
      ),
    };
  }, signal);
}
