import type { Ids } from '../base/index.ts';
import type { Engine } from './engine.ts';
import { StoreCorruptError, StoreNewerVersionError } from './errors.ts';
import { migration1 } from './migration-1.ts';
import { migration2 } from './migration-2.ts';
import { migration3 } from './migration-3.ts';
import { migration4 } from './migration-4.ts';
import type { Sql } from './store.ts';

/** One step of the schema. What is released never changes; a change is a new step at the end. */
export interface Migration {
  /** 1, 2, 3, ... without gaps. */
  readonly version: number;
  /** SQL that both SQLite and PostgreSQL take. */
  readonly statements: readonly string[];
}

export const migrations: readonly Migration[] = [migration1, migration2, migration3, migration4];

/**
 * Bring a database to our format, or make it when it is empty, all in one transaction. Several
 * processes may do so at once: one works, the others find it done.
 *
 * @returns the id the database got when it was made.
 * @throws {StoreNewerVersionError} a later program wrote it; nothing was touched.
 */
export async function migrate(
  engine: Engine,
  steps: readonly Migration[],
  ids: Ids,
  signal: AbortSignal,
): Promise<string> {
  const isOurs = (found: number): boolean => {
    if (found > steps.length) {
      throw new StoreNewerVersionError(engine.location, found, steps.length);
    }
    return found === steps.length;
  };
  if (!isOurs(await findVersion(engine, signal))) {
    const work = async (sql: Sql): Promise<void> => {
      await sql.run('CREATE TABLE IF NOT EXISTS meta (key text PRIMARY KEY, value text NOT NULL)');
      // Read again under the lock: another process may have been first.
      const found = await readVersion(sql);
      if (!isOurs(found)) await applySteps(sql, steps.slice(found), ids);
    };
    await engine.transaction('write', work, signal);
  }
  const { result } = await engine.transaction('read', readDatabaseId, signal);
  if (result === undefined) throw new StoreCorruptError(engine.location);
  return result;
}

async function findVersion(engine: Engine, signal: AbortSignal): Promise<number> {
  if (!(await engine.hasTable('meta', signal))) return 0;
  const { result } = await engine.transaction('read', readVersion, signal);
  return result;
}

async function applySteps(sql: Sql, steps: readonly Migration[], ids: Ids): Promise<void> {
  for (const { version, statements } of steps) {
    for (const statement of statements) await sql.run(statement);
    await setMeta(sql, 'schema_version', String(version));
  }
  if ((await readDatabaseId(sql)) === undefined) await setMeta(sql, 'database_id', shortId(ids));
}

async function readVersion(sql: Sql): Promise<number> {
  return Number((await findMeta(sql, 'schema_version')) ?? 0);
}

async function readDatabaseId(sql: Sql): Promise<string | undefined> {
  return await findMeta(sql, 'database_id');
}

async function findMeta(sql: Sql, key: string): Promise<string | undefined> {
  const [row] = await sql.all('SELECT value FROM meta WHERE key = $1', [key]);
  return row === undefined ? undefined : String(row['value']);
}

async function setMeta(sql: Sql, key: string, value: string): Promise<void> {
  const upsert = `INSERT INTO meta (key, value) VALUES ($1, $2)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
  await sql.run(upsert, [key, value]);
}

/**
 * Give a database another id, in its own transaction: a copy is not to meet the agents of the
 * original, whose sockets lie under its id.
 */
export async function renewDatabaseId(sql: Sql, ids: Ids): Promise<void> {
  await setMeta(sql, 'database_id', shortId(ids));
}

/** 40 random bits as 8 characters of base32, because a socket's path has about 100 bytes. */
function shortId(ids: Ids): string {
  return Number.parseInt(ids.nonce().slice(-10), 16).toString(32).padStart(8, '0');
}
