import { seesAll, type Visibility, visibleCondition } from '../sessions/index.ts';
import { eventOf, type Row, type SqlValue, type Store, type StoredEvent } from '../store/index.ts';
import { integer, optionalText } from './job-rows.ts';

/** An event with its place among all events. */
export interface FeedEvent extends StoredEvent {
  /** 1, 2, 3, ... as they were committed; those of deleted sessions are missing. */
  readonly position: number;
  /** The session it belongs to; undefined where it belongs to none. */
  readonly sessionId: string | undefined;
  /** What its data takes as JSON, in characters. */
  readonly size: number;
}

const columns = `e.position, e.stream, e.sequence, e.kind, e.at, e.data, j.session_id
  FROM events e LEFT JOIN jobs j ON j.id = e.stream`;

export interface FeedPage {
  /** Oldest first. */
  readonly events: readonly FeedEvent[];
  /** The newest position there is. */
  readonly last: number;
}

/** Read what was committed after a position, at most `limit`. */
export async function readFeed(
  store: Store,
  { after, limit }: { readonly after: number; readonly limit: number },
  signal: AbortSignal,
): Promise<FeedPage> {
  return await store.read(async (sql) => {
    const [counter] = await sql.all('SELECT last FROM event_counter');
    const query = `SELECT ${columns} WHERE e.position > $1 ORDER BY e.position LIMIT $2`;
    const rows = await sql.all(query, [after, limit]);
    return { events: rows.map(toFeedEvent), last: counter ? integer(counter, 'last') : 0 };
  }, signal);
}

/** The newest position there is. */
export async function lastPosition(store: Store, signal: AbortSignal): Promise<number> {
  const [row] = await store.read(
    async (sql) => await sql.all('SELECT last FROM event_counter'),
    signal,
  );
  return row === undefined ? 0 : integer(row, 'last');
}

export interface FeedQuery {
  /** Only events before this position. */
  readonly before: number;
  readonly kind: string | undefined;
  readonly visibleTo: Visibility;
  readonly limit: number;
}

/** Positions that are looked at for one page of somebody who sees few of them. */
const SPAN = 20_000;

export interface FeedList {
  /** Newest first. */
  readonly events: readonly FeedEvent[];
  /** `before` of the next page, which may be empty and not the last; undefined on the last one. */
  readonly next: number | undefined;
}

/** List what happened, newest first. */
export async function listFeed(
  store: Store,
  { before, kind, visibleTo, limit }: FeedQuery,
  signal: AbortSignal,
): Promise<FeedList> {
  const values: SqlValue[] = [];
  const add = (value: SqlValue): string => `$${values.push(value)}`;
  return await store.read(async (sql) => {
    const [counter] = await sql.all('SELECT last FROM event_counter');
    const end = Math.min(before, (counter ? integer(counter, 'last') : 0) + 1);
    const start = seesAll(visibleTo) ? 0 : Math.max(0, end - SPAN);
    const parts = [`e.position < ${add(end)}`, `e.position >= ${add(start)}`];
    if (kind !== undefined) parts.push(`e.kind = ${add(kind)}`);
    const column = `coalesce(j.session_id, e.stream)`;
    const visible = visibleCondition(visibleTo, { column }, add);
    if (visible !== undefined) parts.push(visible);
    const rows = await sql.all(
      `SELECT ${columns} WHERE ${parts.join(' AND ')} ORDER BY e.position DESC LIMIT ${limit + 1}`,
      values,
    );
    const events = rows.slice(0, limit).map(toFeedEvent);
    if (rows.length > limit) return { events, next: events.at(-1)?.position };
    return { events, next: start === 0 ? undefined : start };
  }, signal);
}

/** Which of these sessions somebody may see now. */
export async function findVisible(
  store: Store,
  sessionIds: readonly string[],
  visibleTo: Visibility,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (sessionIds.length === 0) return new Set();
  const values: SqlValue[] = [];
  const add = (value: SqlValue): string => `$${values.push(value)}`;
  const named = `id IN (${sessionIds.map(add).join(', ')})`;
  const visible = visibleCondition(visibleTo, { column: 'id' }, add);
  const query = `SELECT id FROM sessions WHERE ${named} ${visible ? `AND ${visible}` : ''}`;
  const rows = await store.read(async (sql) => await sql.all(query, values), signal);
  return new Set(rows.map((row) => String(row['id'])));
}

function toFeedEvent(row: Row): FeedEvent {
  const event = eventOf(row);
  const own = event.stream.startsWith('ses_') ? event.stream : undefined;
  return {
    ...event,
    position: integer(row, 'position'),
    sessionId: optionalText(row, 'session_id') ?? own,
    size: String(row['data']).length,
  };
}
