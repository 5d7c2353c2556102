import { abortable, CodedError } from '../base/index.ts';
import type * as view from '../contract/index.ts';
import {
  isOpen,
  pipelineWork,
  roleDirsOf,
  Runner,
  type StoredExecution,
} from '../pipeline/index.ts';
import type { StoredEvent } from '../store/index.ts';
import { requireMachine } from './require-machine.ts';
import type { SiteRunner } from './site-use-cases.ts';
import type { SitesContext } from './sites-context.ts';
import { siteDesk } from './sites-desk.ts';
import { getExecution, readSiteView, sessionIdOf, viewOf } from './sites-list.ts';
import { destroy } from './sites-steer.ts';

type OnEvent = (event: StoredEvent) => void;

/** A notice of a commit can be lost: look this often without one. */
const SWEEP_MS = 1_000;
const PAGE = 500;
/** They wait for agents and clouds nearly all the time. */
const AT_ONCE = 16;

export interface RunnerWish {
  /** Do what concerns this session alone, and the jobs it needs. */
  readonly only?: string;
}

/** Lease executions and do them in this process, until disposed. */
export async function startSiteRunner(
  ctx: SitesContext,
  { only }: RunnerWish,
  signal: AbortSignal,
): Promise<SiteRunner> {
  const { app, deployer, findBrowser } = ctx;
  if (only === undefined) await serveLocal(ctx, signal);
  const { config, store, clock } = app;
  const desk = siteDesk(app, only !== undefined);
  const { dataDir } = config;
  const work = ctx.work ?? pipelineWork({ store, clock, dataDir, desk, deployer, findBrowser });
  const { siteFixRounds: fixRounds, leaseMs, heartbeatMs } = config;
  const roleDirs = roleDirsOf(dataDir);
  const tools = { ...app, dataDir, roleDirs, desk, work, deployer, fixRounds };
  const options = { leaseMs, heartbeatMs, sweepMs: SWEEP_MS, concurrency: AT_ONCE, only };
  return await Runner.start(tools, options, signal);
}

/** Local sites that cannot be served keep nobody from working on others. */
async function serveLocal(
  { app: { log }, serveLocal: serve }: SitesContext,
  signal: AbortSignal,
): Promise<void> {
  try {
    await serve(signal);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    log.warn('the local sites are not served', { error });
  }
}

/** Hear the events of an execution, from the first on, until it has ended. */
export async function followExecution(
  ctx: SitesContext,
  reference: string,
  onEvent: OnEvent,
  signal: AbortSignal,
): Promise<view.ExecutionView> {
  const { id, sessionId } = await getExecution(ctx, reference, signal);
  const isOwn = ({ data }: StoredEvent): boolean => data['execution_id'] === id;
  let execution: StoredExecution | undefined;
  await follow(
    ctx,
    { sessionId, after: 0, onEvent: (event) => isOwn(event) && onEvent(event) },
    async () => !isOpen((execution = await getExecution(ctx, id, signal))),
    signal,
  );
  return await viewOf(ctx, execution ?? (await getExecution(ctx, id, signal)), signal);
}

/** Do an execution here, with the jobs it needs; a runner elsewhere may be quicker. */
export async function doExecution(
  ctx: SitesContext,
  reference: string,
  onEvent: OnEvent,
  signal: AbortSignal,
): Promise<view.ExecutionView> {
  const execution = await getExecution(ctx, reference, signal);
  if (!isOpen(execution)) return await viewOf(ctx, execution, signal);
  // Said now, and not by a step that failed.
  if (execution.kind === 'create') await requireMachine(ctx.app, signal);
  await using _runner = await startSiteRunner(ctx, { only: execution.sessionId }, signal);
  return await followExecution(ctx, execution.id, onEvent, signal);
}

/**
 * Destroy a site here, and wait until nothing is left of it.
 *
 * @throws {CodedError} what the provider said; it is tried again by the next runner.
 */
export async function doDestroy(
  ctx: SitesContext,
  reference: string,
  onEvent: OnEvent,
  signal: AbortSignal,
): Promise<view.SiteView> {
  const sessionId = await sessionIdOf(ctx, reference, signal);
  const after = await lastSequence(ctx, sessionId, signal);
  let site = await destroy(ctx, sessionId, signal);
  await using _runner = await startSiteRunner(ctx, { only: sessionId }, signal);
  let failed: StoredEvent | undefined;
  const hear = (event: StoredEvent): void => {
    if (event.kind === 'site.destroy-failed') failed = event;
    onEvent(event);
  };
  await follow(
    ctx,
    { sessionId, after, onEvent: hear },
    async () => {
      site = await readSiteView(ctx, sessionId, signal);
      return site.status === 'destroyed' || failed !== undefined;
    },
    signal,
  );
  if (site.status === 'destroyed' || site.error === null) return site;
  const { code, message, todo } = site.error;
  throw new CodedError(code, message, { ...(todo !== null && { todo }) });
}

interface Followed {
  readonly sessionId: string;
  readonly after: number;
  readonly onEvent: OnEvent;
}

/** Hear every event of a session, in order and once, until `isOver` says so. */
async function follow(
  { app: { store, clock } }: SitesContext,
  { sessionId, after, onEvent }: Followed,
  isOver: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  let wake = Promise.withResolvers<void>();
  const poke = (): void => wake.resolve();
  using _watching = store.watch(poke);
  using _sweep = clock.every(SWEEP_MS, poke);
  let sequence = after;
  for (;;) {
    // Asked first: events that were written before the end are heard before it is told.
    const isLast = await isOver();
    for (;;) {
      const events = await store.events(sessionId, sequence, PAGE, signal);
      events.forEach(onEvent);
      sequence = events.at(-1)?.sequence ?? sequence;
      if (events.length < PAGE) break;
    }
    if (isLast) return;
    await abortable(wake.promise, signal);
    wake = Promise.withResolvers();
  }
}

async function lastSequence(
  { app: { store } }: SitesContext,
  sessionId: string,
  signal: AbortSignal,
): Promise<number> {
  const query = 'SELECT coalesce(max(sequence), 0) AS last FROM events WHERE stream = $1';
  const [row] = await store.read(async (sql) => await sql.all(query, [sessionId]), signal);
  return Number(row?.['last'] ?? 0);
}
