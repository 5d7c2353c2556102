import type * as view from '../contract/index.ts';
import type { OpenedFile, Visibility } from '../sessions/index.ts';
import type { StoredEvent } from '../store/index.ts';
import type { AppContext } from './context.ts';
import type * as cases from './sites-cases.ts';
import type * as use from './site-use-cases.ts';

type Cases = typeof cases;
type OnEvent = (event: StoredEvent) => void;

/** For callers that never give up waiting. */
const never = new AbortController().signal;

/**
 * Everything about sites, loaded when it is first used: pipeline, deployers and checks are no
 * business of the other commands.
 */
export class Sites implements use.SiteUseCases {
  readonly #ctx: AppContext;
  #loading: Promise<Loaded> | undefined;

  constructor(ctx: AppContext) {
    this.#ctx = ctx;
  }

  async estimate(wish: Parameters<use.SiteUseCases['estimate']>[0], signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.estimateSite(ctx, wish, signal);
  }

  async create(wish: use.NewSite, signal: AbortSignal = never): Promise<view.SiteView> {
    const { cases, ctx } = await this.#load();
    return await cases.createSite(ctx, wish, signal);
  }

  async createForPerson(wish: use.NewPersonSite, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.createForPerson(ctx, wish, signal);
  }

  async list(query: use.SiteQuery, visibility: Visibility, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.listSites(ctx, query, visibility, signal);
  }

  async get(session: string, signal: AbortSignal = never): Promise<view.SiteView> {
    const { cases, ctx } = await this.#load();
    return await cases.getSiteView(ctx, session, signal);
  }

  async executions(session: string, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.listExecutionViews(ctx, session, signal);
  }

  async execution(id: string, signal: AbortSignal = never): Promise<view.ExecutionView> {
    const { cases, ctx } = await this.#load();
    return await cases.getExecutionView(ctx, id, signal);
  }

  async follow(id: string, onEvent: OnEvent, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.followExecution(ctx, id, onEvent, signal);
  }

  async execute(id: string, onEvent: OnEvent, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.doExecution(ctx, id, onEvent, signal);
  }

  async cancel(id: string, signal: AbortSignal = never): Promise<view.ExecutionView> {
    const { cases, ctx } = await this.#load();
    return await cases.cancel(ctx, id, signal);
  }

  async retryStep(id: string, step: view.SiteStepName, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.steer(ctx, { reference: id, step, wish: 'retry' }, signal);
  }

  async skipStep(id: string, step: view.SiteStepName, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.steer(ctx, { reference: id, step, wish: 'skip' }, signal);
  }

  async rerunFrom(id: string, step: view.SiteStepName, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.steer(ctx, { reference: id, step, wish: 'rerun' }, signal);
  }

  // oxlint-disable-next-line max-params -- as a path names it: whose, which, from where
  async stepLog(id: string, step: view.SiteStepName, after: number, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.readLogOfStep(ctx, { id, step, after }, signal);
  }

  async redeploy(session: string, signal: AbortSignal = never): Promise<view.ExecutionView> {
    const { cases, ctx } = await this.#load();
    return await cases.redeploy(ctx, session, signal);
  }

  async rollback(session: string, releaseId: string, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.rollback(ctx, session, releaseId, signal);
  }

  async destroy(session: string, signal: AbortSignal = never): Promise<view.SiteView> {
    const { cases, ctx } = await this.#load();
    return await cases.destroy(ctx, session, signal);
  }

  async executeDestroy(session: string, onEvent: OnEvent, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.doDestroy(ctx, session, onEvent, signal);
  }

  async releases(session: string, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.listReleaseViews(ctx, session, signal);
  }

  async diff(session: string, signal: AbortSignal = never): Promise<view.SiteDiffView> {
    const { cases, ctx } = await this.#load();
    return await cases.diffSite(ctx, session, signal);
  }

  async logs(session: string, lines: number, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.readSiteLogs(ctx, session, lines, signal);
  }

  async openArtefact(
    session: string,
    path: string,
    signal: AbortSignal = never,
  ): Promise<OpenedFile> {
    const { cases, ctx } = await this.#load();
    return await cases.openArtefact(ctx, session, path, signal);
  }

  async chat(
    executionId: string,
    message: Parameters<use.SiteUseCases['chat']>[1],
    signal: AbortSignal = never,
  ): Promise<view.JobView> {
    const { cases, ctx } = await this.#load();
    return await cases.chatWithSite(ctx, executionId, message, signal);
  }

  async chatHistory(executionId: string, signal: AbortSignal = never) {
    const { cases, ctx } = await this.#load();
    return await cases.readChatHistory(ctx, executionId, signal);
  }

  // oxlint-disable-next-line max-params -- whose, which page, seen by whom
  async userSessions(
    userId: string,
    page: { readonly cursor?: string | undefined; readonly limit: number },
    visibility: Visibility,
    signal: AbortSignal = never,
  ) {
    const { cases, ctx } = await this.#load();
    return await cases.listUserSessions(ctx, { userId, ...page, visibility }, signal);
  }

  async roles(_signal: AbortSignal = never): Promise<readonly use.RoleFile[]> {
    const { cases, ctx } = await this.#load();
    return await cases.listRoleFiles(ctx);
  }

  async reap(
    wish: Parameters<use.SiteUseCases['reap']>[0],
    onEvent: (line: string) => void,
    signal: AbortSignal = never,
  ): Promise<readonly use.Leftover[]> {
    const { cases, ctx } = await this.#load();
    return await cases.reapSites(ctx, wish, onEvent, signal);
  }

  async startRunner(signal: AbortSignal = never): Promise<use.SiteRunner> {
    const { cases, ctx } = await this.#load();
    return await cases.startSiteRunner(ctx, {}, signal);
  }

  async #load(): Promise<Loaded> {
    return await (this.#loading ??= load(this.#ctx));
  }
}

interface Loaded {
  readonly cases: Cases;
  readonly ctx: cases.SitesContext;
}

async function load(app: AppContext): Promise<Loaded> {
  const cases = await import('./sites-cases.ts');
  return { cases, ctx: cases.openSites(app) };
}
