import { parseCursor, toCursor } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import { toUser, type User } from './user.ts';

const LONGEST_PAGE = 1_000;
/** Before the first page. */
const NEWEST = { createdAt: Number.MAX_SAFE_INTEGER, id: '' };

export interface UserQuery {
  readonly cursor?: string | undefined;
  /** Largest number of items, at most 1,000. */
  readonly limit: number;
}

export interface UserPage {
  readonly items: readonly User[];
  /** Undefined on the last page. */
  readonly next: string | undefined;
}

/** List users, newest first. */
export async function listUsers(
  store: Store,
  query: UserQuery,
  signal: AbortSignal,
): Promise<UserPage> {
  const limit = Math.min(Math.max(query.limit, 1), LONGEST_PAGE);
  const { createdAt, id } = query.cursor === undefined ? NEWEST : parseCursor(query.cursor);
  const rows = await store.read(
    async (sql) =>
      await sql.all(
        `SELECT * FROM users WHERE (created_at, id) < ($1, $2)
         ORDER BY created_at DESC, id DESC LIMIT $3`,
        [createdAt, id, limit + 1],
      ),
    signal,
  );
  const items = rows.slice(0, limit).map(toUser);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? toCursor(last) : undefined };
}
