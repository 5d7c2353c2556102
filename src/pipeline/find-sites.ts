import { CodedError, parseCursor, toCursor } from '../base/index.ts';
import { type AddValue, type Visibility, visibleCondition } from '../sessions/index.ts';
import type { Row, Sql, SqlValue } from '../store/index.ts';
import { executionNotFound, siteNotFound } from './errors.ts';
import type { StoredExecution } from './execution-state.ts';
import { findPersonIn, type Person } from './people.ts';
import { toSite, withSteps } from './rows.ts';
import type { Site, SiteStatus } from './site.ts';

/** A site with what is shown beside it. */
export interface SiteFacts {
  readonly site: Site;
  readonly name: string;
  readonly userId: string;
  /** The newest. */
  readonly execution: StoredExecution;
}

/** @throws {CodedError} `site.not-found`. */
export async function getSiteIn(sql: Sql, sessionId: string): Promise<Site> {
  const [row] = await sql.all('SELECT * FROM sites WHERE session_id = $1', [sessionId]);
  if (row === undefined) throw siteNotFound(sessionId);
  return toSite(row);
}

const withSession = `SELECT sites.*, sessions.name AS name, sessions.user_id AS user_id
  FROM sites JOIN sessions ON sessions.id = sites.session_id`;

/** @throws {CodedError} `site.not-found`. */
export async function getSiteFacts(sql: Sql, sessionId: string): Promise<SiteFacts> {
  const [row] = await sql.all(`${withSession} WHERE sites.session_id = $1`, [sessionId]);
  if (row === undefined) throw siteNotFound(sessionId);
  return await toFacts(sql, row);
}

export interface SitesQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly status?: SiteStatus | undefined;
  readonly visibleTo: Visibility;
}

/** List sites, newest first. */
export async function listSitesIn(
  sql: Sql,
  query: SitesQuery,
): Promise<{ readonly items: readonly SiteFacts[]; readonly next: string | undefined }> {
  const values: SqlValue[] = [];
  const add: AddValue = (value) => `$${values.push(value)}`;
  const parts = ['1 = 1'];
  if (query.cursor !== undefined) {
    const { createdAt, id } = parseCursor(query.cursor);
    parts.push(`(sites.created_at, sites.session_id) < (${add(createdAt)}, ${add(id)})`);
  }
  if (query.status !== undefined) parts.push(`sites.status = ${add(query.status)}`);
  const visible = visibleCondition(query.visibleTo, { column: 'sites.session_id' }, add);
  if (visible !== undefined) parts.push(visible);
  const rows = await sql.all(
    `${withSession} WHERE ${parts.join(' AND ')}
     ORDER BY sites.created_at DESC, sites.session_id DESC LIMIT ${add(query.limit + 1)}`,
    values,
  );
  const items: SiteFacts[] = [];
  for (const row of rows.slice(0, query.limit)) items.push(await toFacts(sql, row));
  const last = items.at(-1)?.site;
  const hasMore = rows.length > query.limit && last !== undefined;
  const next = hasMore ? toCursor({ createdAt: last.createdAt, id: last.sessionId }) : undefined;
  return { items, next };
}

async function toFacts(sql: Sql, row: Row): Promise<SiteFacts> {
  const site = toSite(row);
  const [execution] = await listExecutionsIn(sql, site.sessionId, 1);
  if (execution === undefined) throw new Error(`site ${site.sessionId} has no execution`);
  return { site, name: String(row['name']), userId: String(row['user_id']), execution };
}

/** Executions of a session, newest first. */
export async function listExecutionsIn(
  sql: Sql,
  sessionId: string,
  limit: number,
): Promise<readonly StoredExecution[]> {
  const rows = await sql.all(
    `SELECT * FROM executions WHERE session_id = $1
     ORDER BY created_at DESC, id DESC LIMIT $2`,
    [sessionId, limit],
  );
  const found: StoredExecution[] = [];
  for (const row of rows) found.push(await withSteps(sql, row));
  return found;
}

/** Shorter beginnings of an id match too much to be meant. */
const SHORTEST_PREFIX = 6;

/**
 * Get an execution by its id or a unique beginning of it.
 *
 * @throws {CodedError} `execution.not-found`, `execution.ambiguous-id`.
 */
export async function getExecutionIn(sql: Sql, reference: string): Promise<StoredExecution> {
  const find = async (where: string): Promise<readonly Row[]> =>
    await sql.all(`SELECT * FROM executions WHERE ${where} ORDER BY id LIMIT 2`, [reference]);
  const exact = await find('id = $1');
  const isPrefix = exact.length === 0 && reference.length >= SHORTEST_PREFIX;
  const [row, second] = isPrefix ? await find('substr(id, 1, length($1)) = $1') : exact;
  if (row === undefined) throw executionNotFound(reference);
  if (second === undefined) return await withSteps(sql, row);
  throw new CodedError('execution.ambiguous-id', `Several executions begin with ${reference}.`, {
    facts: { id: reference, examples: [row['id'], second['id']] },
    todo: 'Give more characters of the id',
  });
}

/** @throws {CodedError} `user.not-found`. */
export async function getPersonIn(sql: Sql, reference: string): Promise<Person> {
  const person = await findPersonIn(sql, reference);
  if (person !== undefined) return person;
  throw new CodedError('user.not-found', `There is no user ${reference} with a site.`, {
    facts: { reference },
    todo: 'List the sites: tmux-builder site list',
  });
}
