import type * as view from '../contract/index.ts';
import {
  getExecutionIn,
  getPersonIn,
  getSiteFacts,
  listExecutionsIn,
  listReleasesIn,
  listSitesIn,
  type StoredExecution,
} from '../pipeline/index.ts';
import type { Session, Visibility } from '../sessions/index.ts';
import type { SiteQuery, UserSession } from './site-use-cases.ts';
import type { SitesContext } from './sites-context.ts';
import { toExecutionView, toReleaseView, toSiteView } from './sites-views.ts';
import { toSessionView } from './to-view.ts';

const LARGEST_PAGE = 1_000;
const MOST_EXECUTIONS = 100;

/** List sites, newest first. */
export async function listSites(
  { app: { store } }: SitesContext,
  { cursor, limit: wanted, status }: SiteQuery,
  visibleTo: Visibility,
  signal: AbortSignal,
): Promise<{ readonly items: readonly view.SiteView[]; readonly next: string | null }> {
  const limit = Math.min(Math.max(wanted, 1), LARGEST_PAGE);
  const query = { cursor, limit, status, visibleTo };
  const page = await store.read(async (sql) => await listSitesIn(sql, query), signal);
  return { items: page.items.map((one) => briefly(toSiteView(one))), next: page.next ?? null };
}

/** In a list, whose page may hold a thousand. */
const LISTED_REQUIREMENTS = 1_000;

function briefly(site: view.SiteView): view.SiteView {
  const { requirements } = site;
  if (requirements.length <= LISTED_REQUIREMENTS) return site;
  return { ...site, requirements: `${requirements.slice(0, LISTED_REQUIREMENTS - 1)}…` };
}

/** By a session's id, its unique beginning, or name. @throws {CodedError} `site.not-found`. */
export async function getSiteView(
  ctx: SitesContext,
  reference: string,
  signal: AbortSignal,
): Promise<view.SiteView> {
  return await readSiteView(ctx, await sessionIdOf(ctx, reference, signal), signal);
}

export async function readSiteView(
  { app: { store } }: SitesContext,
  sessionId: string,
  signal: AbortSignal,
): Promise<view.SiteView> {
  return toSiteView(await store.read(async (sql) => await getSiteFacts(sql, sessionId), signal));
}

/** Newest first, at most 100. */
export async function listExecutionViews(
  ctx: SitesContext,
  reference: string,
  signal: AbortSignal,
): Promise<readonly view.ExecutionView[]> {
  const sessionId = await sessionIdOf(ctx, reference, signal);
  return await ctx.app.store.read(async (sql) => {
    const { userId } = await getSiteFacts(sql, sessionId);
    const executions = await listExecutionsIn(sql, sessionId, MOST_EXECUTIONS);
    return executions.map((one) => toExecutionView(one, userId));
  }, signal);
}

/** An execution by its id or unique beginning, or the newest of a session. */
export async function getExecutionView(
  ctx: SitesContext,
  reference: string,
  signal: AbortSignal,
): Promise<view.ExecutionView> {
  return await viewOf(ctx, await getExecution(ctx, reference, signal), signal);
}

export async function viewOf(
  { app: { store } }: SitesContext,
  execution: StoredExecution,
  signal: AbortSignal,
): Promise<view.ExecutionView> {
  const { sessionId } = execution;
  const { userId } = await store.read(async (sql) => await getSiteFacts(sql, sessionId), signal);
  return toExecutionView(execution, userId);
}

/** @throws {CodedError} `execution.not-found`, `execution.ambiguous-id`, `site.not-found`. */
export async function getExecution(
  ctx: SitesContext,
  reference: string,
  signal: AbortSignal,
): Promise<StoredExecution> {
  const { app } = ctx;
  const session = reference.startsWith('exe_')
    ? undefined
    : await app.sessions.find(reference, signal);
  return await app.store.read(async (sql) => {
    if (session === undefined) return await getExecutionIn(sql, reference);
    return (await getSiteFacts(sql, session.id)).execution;
  }, signal);
}

/** The newest 100, the one that was live last first. */
export async function listReleaseViews(
  ctx: SitesContext,
  reference: string,
  signal: AbortSignal,
): Promise<readonly view.ReleaseView[]> {
  const sessionId = await sessionIdOf(ctx, reference, signal);
  return await ctx.app.store.read(async (sql) => {
    const { site } = await getSiteFacts(sql, sessionId);
    const releases = await listReleasesIn(sql, sessionId);
    return releases.map((one) => toReleaseView(one, one.id === site.releaseId));
  }, signal);
}

/** The sessions of a user, newest first, with the newest execution of each. */
export async function listUserSessions(
  { app: { store, sessions } }: SitesContext,
  query: {
    readonly userId: string;
    readonly cursor?: string | undefined;
    readonly limit: number;
    readonly visibility: Visibility;
  },
  signal: AbortSignal,
): Promise<{ readonly items: readonly UserSession[]; readonly next: string | null }> {
  const { cursor, limit, visibility: visibleTo } = query;
  const person = await store.read(async (sql) => await getPersonIn(sql, query.userId), signal);
  const page = await sessions.list({ userId: person.userId, visibleTo, cursor, limit }, signal);
  const withNewest = async (session: Session): Promise<UserSession> =>
    await store.read(async (sql) => {
      const [execution] = await listExecutionsIn(sql, session.id, 1);
      const [site] = await sql.all('SELECT url FROM sites WHERE session_id = $1', [session.id]);
      const url = site?.['url'];
      return {
        ...toSessionView(session),
        execution_id: execution?.id ?? null,
        execution_status: execution?.status ?? null,
        url: typeof url === 'string' ? url : null,
      };
    }, signal);
  const items = await Promise.all(page.items.map(withNewest));
  return { items, next: page.next ?? null };
}

/** @throws {CodedError} `session.not-found`, `session.ambiguous`. */
export async function sessionIdOf(
  { app: { sessions } }: SitesContext,
  reference: string,
  signal: AbortSignal,
): Promise<string> {
  return (await sessions.get(reference, signal)).id;
}
