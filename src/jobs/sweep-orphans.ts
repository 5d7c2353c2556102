import { dirname } from 'node:path';
import { findRuns } from '../agents/index.ts';
import { CodedError, exists } from '../base/index.ts';
import { toAttempt } from './job-rows.ts';
import type { WorkerTools } from './hold-attempt.ts';

/** Most ended attempts to look at; older ones were looked at by an earlier sweep. */
const LOOK_BACK = 1_000;

export interface OrphanSweep {
  /** Jobs whose attempts run in this worker, or are just ending their agent. */
  readonly held: readonly string[];
  /** Wall time in ms. */
  readonly endedAfter: number;
}

/**
 * End agents that outlived their attempt: we were killed between writing the result down and
 * ending the agent. Only attempts in our own database are looked at: those whose socket is there,
 * and those whose processes are, for a socket may have been tidied away.
 */
export async function sweepOrphans(
  { store, agents, log }: Pick<WorkerTools, 'store' | 'agents' | 'log'>,
  { held, endedAfter }: OrphanSweep,
  signal: AbortSignal,
): Promise<void> {
  const rows = await store.read(
    async (sql) =>
      await sql.all(
        `SELECT a.* FROM attempts a JOIN jobs j ON j.id = a.job_id
         WHERE a.state = 'ended' AND a.ended_at >= $1 AND j.mode = 'one-shot'
         ORDER BY a.ended_at DESC LIMIT ${LOOK_BACK}`,
        [endedAfter],
      ),
    signal,
  );
  const alive = new Set(findRuns('job_'));
  for (const attempt of rows.map(toAttempt)) {
    if (held.includes(attempt.jobId)) continue;
    if (!alive.has(attempt.runId) && !(await exists(dirname(attempt.socketPath)))) continue;
    log.info('ending the agent of a settled attempt', {
      jobId: attempt.jobId,
      attempt: attempt.number,
    });
    try {
      await agents.clear(attempt, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CodedError)) throw error;
      log.warn('an agent was not ended', { jobId: attempt.jobId, error });
    }
  }
}
