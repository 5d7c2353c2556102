import { type Clock, networkOf } from '../base/index.ts';
import type { Sql, Store, WriteSql } from '../store/index.ts';
import { LockedError } from './errors.ts';
import { digestOf } from './secrets.ts';
import { toUserName } from './user.ts';

/** Who tries to log in. */
export interface Trier {
  readonly name: string;
  readonly address: string | undefined;
}

interface Ladder {
  /** Failures that cost nothing. */
  readonly free: number;
}

/** One address may be the door of many people. */
const byName: Ladder = { free: 4 };
const byAddress: Ladder = { free: 19 };
const FIRST_LOCK_MS = 60_000;
const LONGEST_LOCK_MS = 15 * 60_000;
/** Failures are forgotten when the first one is this old and no lock holds. */
const MEMORY_MS = 86_400_000;
/** Names and addresses kept; past it the oldest failures are forgotten. */
const MOST_KEPT = 10_000;

/** How long the nth failure locks, in ms: not at all, then 1 min, doubling up to 15 min. */
export function lockMs(failures: number, { free }: Ladder = byName): number {
  if (failures <= free) return 0;
  return Math.min(FIRST_LOCK_MS * 2 ** Math.min(failures - free - 1, 20), LONGEST_LOCK_MS);
}

/**
 * Slow down whoever guesses passwords, by name and by address. It is all in the database, so that
 * neither a restart nor a second process forgives anybody.
 */
export class LockOut {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Count a try as a failure before it is made: many at once are not one free guess each.
   *
   * @returns whether this one, should it fail, locks.
   * @throws {LockedError} with the seconds to wait; such a try is not counted.
   */
  async begin(trier: Trier, signal: AbortSignal): Promise<{ locks: boolean }> {
    const now = this.#clock.now();
    return await this.#store.write(async (sql) => {
      const found = await Promise.all(
        (await keysIn(sql, trier)).map(async ({ key, ladder }) => ({
          ladder,
          row: await rowIn(sql, key, now),
        })),
      );
      const until = Math.max(...found.map(({ row }) => row.lockedUntil));
      if (until > now) throw new LockedError(Math.ceil((until - now) / 1_000));
      let locks = false;
      for (const { row, ladder } of found) {
        const count = row.count + 1;
        const ms = lockMs(count, ladder);
        locks ||= ms > 0;
        await putIn(sql, { ...row, count, lockedUntil: ms === 0 ? 0 : now + ms });
      }
      await sweepIn(sql, now);
      return { locks };
    }, signal);
  }

  /** The password was right: the name is free again, and the address has one failure less. */
  async succeed(trier: Trier, signal: AbortSignal): Promise<void> {
    await this.#takeBack(trier, true, signal);
  }

  /** The try was never made: nobody looked at the password. */
  async withdraw(trier: Trier, signal: AbortSignal): Promise<void> {
    await this.#takeBack(trier, false, signal);
  }

  async #takeBack(trier: Trier, clearsName: boolean, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    await this.#store.write(async (sql) => {
      if (clearsName) await forgiveNameIn(sql, trier.name);
      for (const { key, ladder } of await keysIn(sql, trier)) {
        const row = await rowIn(sql, key, now);
        if (row.count === 0) continue;
        const count = row.count - 1;
        // A lock that an earlier failure set was over when this try began, or it had been refused.
        await putIn(sql, { ...row, count, lockedUntil: lockMs(count, ladder) === 0 ? 0 : now });
      }
    }, signal);
  }
}

/** Forget the failures of a name. */
export async function forgiveNameIn(sql: WriteSql, name: string): Promise<void> {
  await sql.run('DELETE FROM login_failures WHERE key = $1', [nameKey(name)]);
}

interface FailureRow {
  readonly key: string;
  readonly count: number;
  readonly firstAt: number;
  /** 0 for never. */
  readonly lockedUntil: number;
}

async function keysIn(
  sql: Sql,
  { name, address }: Trier,
): Promise<readonly { key: string; ladder: Ladder }[]> {
  const [user] = await sql.all('SELECT id FROM users WHERE name = $1', [toUserName(name)]);
  const own = { key: user === undefined ? strangerKey(name) : nameKey(name), ladder: byName };
  if (address === undefined) return [own];
  return [own, { key: `address:${networkOf(address)}`, ladder: byAddress }];
}

function nameKey(name: string): string {
  return `name:${toUserName(name)}`;
}

/**
 * People type passwords where the name belongs. What is no name is kept as 12 bits of its digest:
 * enough to lock it like any other, and too little to tell what it was.
 */
function strangerKey(name: string): string {
  return `stranger:${digestOf(toUserName(name)).slice(0, 3)}`;
}

async function rowIn(sql: Sql, key: string, now: number): Promise<FailureRow> {
  const [row] = await sql.all('SELECT * FROM login_failures WHERE key = $1', [key]);
  const lockedUntil = Number(row?.['locked_until'] ?? 0);
  const firstAt = Number(row?.['first_at'] ?? now);
  const isOld = firstAt <= now - MEMORY_MS && lockedUntil <= now;
  if (row === undefined || isOld) return { key, count: 0, firstAt: now, lockedUntil: 0 };
  return { key, count: Number(row['count']), firstAt, lockedUntil };
}

async function putIn(sql: WriteSql, row: FailureRow): Promise<void> {
  if (row.count === 0) {
    await sql.run('DELETE FROM login_failures WHERE key = $1', [row.key]);
    return;
  }
  await sql.run(
    `INSERT INTO login_failures (key, count, first_at, locked_until) VALUES ($1, $2, $3, $4)
     ON CONFLICT (key) DO UPDATE SET count = excluded.count, first_at = excluded.first_at,
       locked_until = excluded.locked_until`,
    [row.key, row.count, row.firstAt, row.lockedUntil === 0 ? null : row.lockedUntil],
  );
}

async function sweepIn(sql: WriteSql, now: number): Promise<void> {
  await sql.run(
    `DELETE FROM login_failures WHERE first_at <= $1 AND coalesce(locked_until, 0) <= $2`,
    [now - MEMORY_MS, now],
  );
  await sql.run(
    `DELETE FROM login_failures WHERE key IN
       (SELECT key FROM login_failures ORDER BY first_at DESC, key LIMIT 1000000 OFFSET $1)`,
    [MOST_KEPT],
  );
}
