import type * as view from '../contract/index.ts';
import type { Visibility } from '../sessions/index.ts';
import type { StoredEvent } from '../store/index.ts';
import type { OpenedFile } from '../sessions/index.ts';

/** Whose site it becomes, and what it is to be. */
export interface NewSite extends Omit<view.SiteBody, 'type'> {
  readonly type?: view.SiteBody['type'] | undefined;
  /** Left out: the configured user of the command line. */
  readonly userId?: string | undefined;
}

/** A site for a person by e-mail, as the origin documents have it. */
export interface NewPersonSite extends NewSite {
  readonly email: string;
  readonly phone?: string | undefined;
}

export interface Started {
  readonly execution_id: string;
  readonly user_id: string;
  readonly session_id: string;
}

export interface SiteQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly status?: view.SiteView['status'] | undefined;
}

interface SitePage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface StepLog {
  readonly lines: readonly {
    readonly number: number;
    readonly at: string;
    readonly text: string;
  }[];
  readonly is_cut: boolean;
}

/** What was found at the providers, and belongs to no live site here. */
export interface Leftover {
  readonly provider: string;
  readonly name: string;
  readonly region: string | null;
  readonly session_id: string | null;
  /** `no such session`, `destroyed`, `past its time`. */
  readonly reason: string;
  readonly is_removed: boolean;
  readonly error: view.ErrorView | null;
}

/**
 * Everything that can be done with sites; reached as `app.sites`. Sessions go by id, its unique
 * beginning, or name; executions by id or its unique beginning, or by their session (its newest).
 */
export interface SiteUseCases {
  estimate(
    wish: Pick<NewSite, 'provider' | 'type' | 'region' | 'size' | 'front_door' | 'userId'>,
    signal?: AbortSignal,
  ): Promise<view.SiteEstimateView>;
  /** @throws {CodedError} `site.not-confirmed`, `site.over-limit`, `deploy.bad-spec`, ... */
  create(wish: NewSite, signal?: AbortSignal): Promise<view.SiteView>;
  createForPerson(
    wish: NewPersonSite,
    signal?: AbortSignal,
  ): Promise<Started & { readonly is_new_user: boolean }>;
  list(
    query: SiteQuery,
    visibility: Visibility,
    signal?: AbortSignal,
  ): Promise<SitePage<view.SiteView>>;
  get(session: string, signal?: AbortSignal): Promise<view.SiteView>;
  executions(session: string, signal?: AbortSignal): Promise<readonly view.ExecutionView[]>;
  execution(id: string, signal?: AbortSignal): Promise<view.ExecutionView>;
  /** Hear its events, from the first on, until it ended; somebody else does the work. */
  follow(
    id: string,
    onEvent: (event: StoredEvent) => void,
    signal?: AbortSignal,
  ): Promise<view.ExecutionView>;
  /** Do it in this process, with the jobs it needs, and wait for its end. */
  execute(
    id: string,
    onEvent: (event: StoredEvent) => void,
    signal?: AbortSignal,
  ): Promise<view.ExecutionView>;
  cancel(id: string, signal?: AbortSignal): Promise<view.ExecutionView>;
  retryStep(id: string, step: view.SiteStepName, signal?: AbortSignal): Promise<view.ExecutionView>;
  skipStep(id: string, step: view.SiteStepName, signal?: AbortSignal): Promise<view.ExecutionView>;
  rerunFrom(id: string, step: view.SiteStepName, signal?: AbortSignal): Promise<view.ExecutionView>;
  stepLog(
    id: string,
    step: view.SiteStepName,
    after: number,
    signal?: AbortSignal,
  ): Promise<StepLog>;
  redeploy(session: string, signal?: AbortSignal): Promise<view.ExecutionView>;
  rollback(session: string, releaseId: string, signal?: AbortSignal): Promise<view.ExecutionView>;
  /** Mark it to be destroyed; a runner does it. */
  destroy(session: string, signal?: AbortSignal): Promise<view.SiteView>;
  /** Do it in this process, and wait until nothing is left. */
  executeDestroy(
    session: string,
    onEvent: (event: StoredEvent) => void,
    signal?: AbortSignal,
  ): Promise<view.SiteView>;
  releases(session: string, signal?: AbortSignal): Promise<readonly view.ReleaseView[]>;
  diff(session: string, signal?: AbortSignal): Promise<view.SiteDiffView>;
  logs(session: string, lines: number, signal?: AbortSignal): Promise<readonly string[]>;
  /** Something a step left, by its path inside the session. */
  openArtefact(session: string, path: string, signal?: AbortSignal): Promise<OpenedFile>;
  chat(
    executionId: string,
    message: { readonly text: string; readonly idempotencyKey?: string | undefined },
    signal?: AbortSignal,
  ): Promise<view.JobView>;
  chatHistory(executionId: string, signal?: AbortSignal): Promise<view.ChatHistoryView>;
  /** By the user's id or GUID. */
  userSessions(
    userId: string,
    page: { readonly cursor?: string | undefined; readonly limit: number },
    visibility: Visibility,
    signal?: AbortSignal,
  ): Promise<SitePage<UserSession>>;
  /** Roles and skills with the file each comes from. */
  roles(signal?: AbortSignal): Promise<readonly RoleFile[]>;
  /** Look for what is left at the providers; removes it unless `isDry`. */
  reap(
    wish: { readonly providers: readonly string[]; readonly isDry: boolean },
    onEvent: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<readonly Leftover[]>;
  /** Lease executions and do them in this process, until disposed; a worker is needed beside it. */
  startRunner(signal?: AbortSignal): Promise<SiteRunner>;
}

export interface SiteRunner extends AsyncDisposable {
  /** Resolves when no execution runs here and none can be leased now. */
  untilIdle(signal: AbortSignal): Promise<void>;
}

export type UserSession = view.SessionView & {
  readonly execution_id: string | null;
  readonly execution_status: string | null;
  readonly url: string | null;
};

export interface RoleFile {
  readonly kind: 'role' | 'skill';
  readonly name: string;
  readonly description: string;
  readonly path: string;
  /** False for one that the user wrote or changed. */
  readonly is_built_in: boolean;
}
