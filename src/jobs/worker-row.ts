import { hostname } from 'node:os';
import { isRunning, ownIdentity } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import { integer } from './job-rows.ts';

export interface WorkerRow {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly heartbeatAt: number;
  readonly concurrency: number;
}

/** Enter this process as a worker. */
export async function registerWorker(
  store: Store,
  {
    id,
    now,
    concurrency,
  }: { readonly id: string; readonly now: number; readonly concurrency: number },
  signal: AbortSignal,
): Promise<void> {
  const { pid, startTime } = await ownIdentity();
  await store.write(
    async (sql) =>
      await sql.run(
        `INSERT INTO workers (id, host, pid, process_start, started_at, heartbeat_at, concurrency)
         VALUES ($1, $2, $3, $4, $5, $5, $6)`,
        [id, hostname(), pid, startTime, now, concurrency],
      ),
    signal,
  );
}

/** Say that a worker will write no more; its leases are free from now on. */
export async function signOff(store: Store, id: string, now: number): Promise<void> {
  await store.write(
    async (sql) => await sql.run('UPDATE workers SET stopped_at = $1 WHERE id = $2', [now, id]),
    // The last word of a worker that was told to stop: its own signal is aborted already.
    new AbortController().signal,
  );
}

/** Workers that run now: alive on this host, or heard of lately on another one. */
export async function listLiveWorkers(
  store: Store,
  { now, leaseMs }: { readonly now: number; readonly leaseMs: number },
  signal: AbortSignal,
): Promise<readonly WorkerRow[]> {
  const rows = await openRows(store, signal);
  const dead = new Set(await deadAmong(rows));
  return rows
    .filter(
      ({ id, host, heartbeatAt }) =>
        !dead.has(id) && (host === hostname() || heartbeatAt + leaseMs > now),
    )
    .map(({ processStart: _processStart, ...row }) => row);
}

/**
 * Find the workers whose leases nobody will renew: signed off, or their process is gone. The
 * latter are signed off here, since they cannot do it themselves.
 */
export async function findDeadWorkers(
  store: Store,
  now: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const holders = await store.read(
    async (sql) =>
      await sql.all(
        `SELECT DISTINCT w.id AS id FROM jobs j JOIN workers w ON w.id = j.lease_worker
         WHERE j.status IN ('leased', 'running') AND w.stopped_at IS NOT NULL`,
      ),
    signal,
  );
  const gone = await deadAmong(await openRows(store, signal));
  // Looked at once: their leases are found by the first query from now on.
  for (const id of gone) await signOff(store, id, now);
  return [...holders.map((row) => String(row['id'])), ...gone];
}

type OpenRow = WorkerRow & { readonly processStart: string };

async function deadAmong(rows: readonly OpenRow[]): Promise<readonly string[]> {
  const here = rows.filter(({ host }) => host === hostname());
  const alive = await Promise.all(
    here.map(async ({ pid, processStart }) => await isRunning({ pid, startTime: processStart })),
  );
  return here.filter((_row, index) => !alive[index]).map(({ id }) => id);
}

async function openRows(store: Store, signal: AbortSignal): Promise<readonly OpenRow[]> {
  const rows = await store.read(
    async (sql) =>
      await sql.all('SELECT * FROM workers WHERE stopped_at IS NULL ORDER BY started_at'),
    signal,
  );
  return rows.map((row) => ({
    id: String(row['id']),
    host: String(row['host']),
    pid: integer(row, 'pid'),
    processStart: String(row['process_start']),
    startedAt: integer(row, 'started_at'),
    heartbeatAt: integer(row, 'heartbeat_at'),
    concurrency: integer(row, 'concurrency'),
  }));
}
