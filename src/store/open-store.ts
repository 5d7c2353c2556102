import type { Clock, Ids } from '../base/index.ts';
import { EventStore } from './event-store.ts';
import { migrate, migrations } from './migrations.ts';
import { openSqliteEngine } from './sqlite-engine.ts';
import type { Store } from './store.ts';

export interface StoreOptions {
  /** The SQLite file. It and its directory are made when they are missing. */
  readonly path: string;
  readonly clock: Clock;
  readonly ids: Ids;
}

/**
 * Open the database, in our format whatever older one it had. Several processes may have it open.
 *
 * @throws {StoreNewerVersionError} a later program wrote it; nothing was touched.
 * @throws {StoreReadOnlyError} {StoreFullError} {StoreBusyError} {StoreCorruptError}
 * {StoreCannotOpenError} {StoreDiskError}
 */
export async function openStore(
  { path, clock, ids }: StoreOptions,
  signal: AbortSignal,
): Promise<Store> {
  await using opened = new AsyncDisposableStack();
  const engine = opened.use(await openSqliteEngine({ path, clock }, signal));
  const store = new EventStore(engine, await migrate(engine, migrations, ids, signal));
  opened.move();
  return store;
}
