import { parseCursor, toCursor } from '../base/index.ts';
import type { Sql, SqlValue } from '../store/index.ts';
import { SessionAmbiguousError } from './errors.ts';
import type { Session, SessionStatus } from './session.ts';
import type { SessionPaths } from './session-paths.ts';
import { type SessionRow, toSessionRow } from './session-rows.ts';
import { type Visibility, visibleCondition } from './visibility.ts';

/** Shorter beginnings of an id match too much to be meant. */
const SHORTEST_PREFIX = 6;
/** Sessions named in the message that a reference is ambiguous. */
const MOST_NAMED = 5;
const LONGEST_PAGE = 1_000;
/** Before the first page. */
const NEWEST = { createdAt: Number.MAX_SAFE_INTEGER, id: '' };

export interface SessionQuery {
  readonly status?: SessionStatus | undefined;
  readonly userId?: string | undefined;
  /** Left out: everything. */
  readonly visibleTo?: Visibility | undefined;
  /** Where the page before this one ended. */
  readonly cursor?: string | undefined;
  /** Largest number of items, at most 1,000. */
  readonly limit: number;
}

export interface SessionPage {
  readonly items: readonly Session[];
  /** Opaque; undefined on the last page. */
  readonly next: string | undefined;
}

/**
 * Find a session by its id, its exact name (active ones first), or a unique beginning of its id.
 *
 * @throws {SessionAmbiguousError}
 */
export async function findSession(
  sql: Sql,
  reference: string,
  paths: SessionPaths,
): Promise<SessionRow | undefined> {
  const search = async (where: string): Promise<readonly SessionRow[]> => {
    const query = `SELECT * FROM sessions WHERE ${where}
      ORDER BY CASE status WHEN 'active' THEN 0 ELSE 1 END, id DESC LIMIT ${MOST_NAMED}`;
    return (await sql.all(query, [reference])).map((row) => toSessionRow(row, paths));
  };
  const [exact] = await search('id = $1');
  if (exact !== undefined) return exact;

  const named = await search('name = $1');
  const active = named.filter(({ session }) => session.status === 'active');
  const found = active.length > 0 ? active : named;
  if (found.length > 0) return onlyOne(reference, found);

  if (reference.length < SHORTEST_PREFIX) return undefined;
  return onlyOne(reference, await search('substr(id, 1, length($1)) = $1'));
}

/** List sessions, newest first. Those that are made meanwhile do not shift the pages. */
export async function listSessions(
  sql: Sql,
  query: SessionQuery,
  paths: SessionPaths,
): Promise<SessionPage> {
  const limit = Math.min(Math.max(query.limit, 1), LONGEST_PAGE);
  const { createdAt, id } = query.cursor === undefined ? NEWEST : parseCursor(query.cursor);
  const values: SqlValue[] = [];
  const add = (value: SqlValue): string => `$${values.push(value)}`;
  const parts = [`(created_at, id) < (${add(createdAt)}, ${add(id)})`];
  if (query.status !== undefined) parts.push(`status = ${add(query.status)}`);
  if (query.userId !== undefined) parts.push(`user_id = ${add(query.userId)}`);
  const visible = visibleCondition(query.visibleTo ?? {}, { column: 'id' }, add);
  if (visible !== undefined) parts.push(visible);
  const rows = await sql.all(
    `SELECT * FROM sessions WHERE ${parts.join(' AND ')}
     ORDER BY created_at DESC, id DESC LIMIT ${add(limit + 1)}`,
    values,
  );
  const items = rows.slice(0, limit).map((row) => toSessionRow(row, paths).session);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items, next: hasMore ? toCursor(last) : undefined };
}

function onlyOne(reference: string, found: readonly SessionRow[]): SessionRow | undefined {
  if (found.length < 2) return found[0];
  throw new SessionAmbiguousError(
    reference,
    found.map(({ session }) => session.id),
  );
}
