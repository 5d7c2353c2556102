import { join } from 'node:path';
import { startWorker as start, type Worker } from '../jobs/index.ts';
import type { AppContext } from './context.ts';
import { sweepRecordings } from './keep-recordings.ts';
import { requireMachine } from './require-machine.ts';
import { socketPathOf } from './socket-path.ts';

export interface WorkerInput {
  readonly concurrency?: number | undefined;
  /** Do these jobs and no others. */
  readonly only?: readonly string[] | undefined;
}

const SWEEP_MS = 1_000;

/**
 * Start to lease jobs and make attempts in this process.
 *
 * @throws {CodedError} the machine is not ready: see `requireMachine`.
 */
export async function startWorker(
  ctx: AppContext,
  { concurrency = ctx.config.concurrency, only }: WorkerInput,
  signal: AbortSignal,
): Promise<Worker> {
  await requireMachine(ctx, signal);
  const { config, sessions } = ctx;
  const tools = {
    ...ctx,
    startLimitMs: config.startLimitMs,
    sessionDir: (id: string) => sessions.activeDir(id),
    socketPath: (nonce: string) => socketPathOf(ctx.runtimeDir, nonce),
  };
  const options = {
    limits: { concurrency, sessionConcurrency: config.sessionConcurrency },
    leaseMs: config.leaseMs,
    heartbeatMs: config.heartbeatMs,
    sweepMs: SWEEP_MS,
    only,
    // A worker for one job leaves the rest to those that stay.
    ...(only === undefined && {
      housekeep: async (stop: AbortSignal) => void (await sweepRecordings(ctx, stop)),
    }),
    place: (job: { id: string; sessionId: string; attempts: number }, nonce: string) => ({
      exchangeDir: join(sessions.activeDir(job.sessionId), 'jobs', job.id, String(job.attempts)),
      socketPath: socketPathOf(ctx.runtimeDir, nonce),
    }),
  };
  return await start(tools, options, signal);
}
