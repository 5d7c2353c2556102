import { statfs } from 'node:fs/promises';
import { CodedError } from '../base/index.ts';
import { listLiveWorkers } from '../jobs/index.ts';
import type { AppContext } from './context.ts';

export interface Readiness {
  readonly is_ready: boolean;
  readonly checks: { readonly name: string; readonly is_ok: boolean; readonly detail: string }[];
}

/** Less, and the next prompt or recording may not fit. */
const LEAST_DISK_BYTES = 256 * 1_024 * 1_024;

type Check = Readiness['checks'][number];

/** Look whether jobs can be taken and done here: database, disk, a worker, tmux. */
export async function checkReadiness(ctx: AppContext, signal: AbortSignal): Promise<Readiness> {
  const checks = await Promise.all([
    check('database', async () => await checkDatabase(ctx, signal)),
    check('disk', async () => await checkDisk(ctx)),
    check('worker', async () => await checkWorker(ctx, signal)),
    check('tmux', async () => await checkTmux(ctx, signal)),
  ]);
  signal.throwIfAborted();
  return { is_ready: checks.every((one) => one.is_ok), checks };
}

async function check(name: string, look: () => Promise<Omit<Check, 'name'>>): Promise<Check> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    // Whatever keeps us from looking keeps jobs from being done.
    const detail = error instanceof CodedError ? error.code : 'it cannot be looked at';
    return { name, is_ok: false, detail };
  }
}

/** The right to write is asked for, and nothing written. */
async function checkDatabase({ store }: AppContext, signal: AbortSignal) {
  await store.write(async (sql) => await sql.all('SELECT 1 AS one'), signal);
  return { is_ok: true, detail: 'can be written' };
}

async function checkDisk({ config }: AppContext) {
  const { bavail, bsize } = await statfs(config.dataDir);
  const free = bavail * bsize;
  const detail = `${(free / 1_024 ** 3).toFixed(1)} GiB free`;
  return { is_ok: free >= LEAST_DISK_BYTES, detail };
}

async function checkWorker({ store, clock, config }: AppContext, signal: AbortSignal) {
  const times = { now: clock.now(), leaseMs: config.leaseMs };
  const count = (await listLiveWorkers(store, times, signal)).length;
  return { is_ok: count > 0, detail: count === 0 ? 'none runs' : `${count} running` };
}

async function checkTmux({ agentEnvironment }: AppContext, signal: AbortSignal) {
  const { findTmux } = await import('../tmux/index.ts');
  const { version } = await findTmux({ environment: agentEnvironment }, signal);
  return { is_ok: true, detail: version.text };
}
