import type { Clock, Ids } from '../base/index.ts';
import type { Sql, Store, WriteSql } from '../store/index.ts';

/** What everything about users works with. */
export interface UserTools {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
}

/**
 * Change what somebody may do, and count it: other processes see by the counter, at each commit,
 * whether they have to look at the rights of who is there.
 */
export async function changeAccounts<T>(
  store: Store,
  work: (sql: WriteSql) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return await store.write(async (sql) => {
    await countChangeIn(sql);
    return await work(sql);
  }, signal);
}

export async function countChangeIn(sql: WriteSql): Promise<void> {
  await sql.run('UPDATE account_counter SET last = last + 1');
}

/** How often accounts were changed. */
export async function countAccountChanges(sql: Sql): Promise<number> {
  const [row] = await sql.all('SELECT last FROM account_counter');
  return Number(row?.['last'] ?? 0);
}
