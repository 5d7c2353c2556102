import type { ChangeOf, Release } from './release.ts';

export const providers = ['local', 'aws', 'azure'] as const;
/** Where a site goes. */
export type Provider = (typeof providers)[number];

export const siteTypes = ['static', 'dynamic'] as const;
/** `static`: files. `dynamic`: a program that answers HTTP. */
export type SiteType = (typeof siteTypes)[number];

/** How the program of a dynamic site is run; it listens on the port that `PORT` names. */
export interface AppRun {
  /** Program and arguments, run in the release's directory: `['node', 'server.js']`. */
  readonly command: readonly string[];
  /** Path that answers 2xx or 3xx once the program is ready. */
  readonly healthPath: string;
}

/** What is to be on the web: everything that names, tags, templates and prices come from. */
export interface SiteSpec {
  readonly provider: Provider;
  readonly type: SiteType;
  /** UUID of whoever the site is for. */
  readonly userGuid: string;
  readonly sessionId: string;
  /** AWS region or Azure location; undefined takes the provider's default. */
  readonly region: string | undefined;
  /** Size of the machine of a dynamic site in a cloud; undefined takes the smallest allowed. */
  readonly size: string | undefined;
  /** Azure static only: whether Front Door stands before the storage account. */
  readonly frontDoor: 'none' | 'shared' | undefined;
  /** For dynamic sites. */
  readonly run: AppRun | undefined;
  /** Wall time in ms after which it is destroyed; kept as a tag too, so that `reap` finds it. */
  readonly expiresAt: number | undefined;
}

export interface CostLine {
  readonly what: string;
  readonly monthlyUsd: number;
  /** What the figure stands on: `730 h x $0.0104`. */
  readonly basis: string;
}

/** What a month is likely to cost at list prices with little traffic. */
export interface CostEstimate {
  readonly monthlyUsd: number;
  readonly lines: readonly CostLine[];
  /** Date of the prices, and what is not in them. */
  readonly note: string;
}

/** What `apply` is going to make; pure: two calls with one spec give one plan. */
export interface DeploymentPlan {
  readonly spec: SiteSpec;
  /** `tmux-{guid_prefix}-{session_short}`, of the stack, the resource group, or the local site. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** What is made, for people and for checks: type and name. */
  readonly resources: readonly { readonly type: string; readonly name: string }[];
  /** CloudFormation or ARM template; undefined for `local`. */
  readonly template: Readonly<Record<string, unknown>> | undefined;
  readonly estimate: CostEstimate;
}

/** A published release. */
export interface Deployed {
  readonly url: string;
  readonly releaseId: string;
  /** What differs from the release that was live before; `undefined` for the first one. */
  readonly changed: ChangeOf | undefined;
  /** What the provider made, for people: ids and names, no secrets. At most a few KB as JSON. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Something that happened on the way, for the step's log and the dashboard. No secrets. */
export interface DeployEvent {
  /** `stack.creating`, `resource.created`, `files.uploaded`, `app.healthy`, ... */
  readonly kind: string;
  /** One line for people. */
  readonly text: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

export type OnDeployEvent = (event: DeployEvent) => void;

export const deploymentStates = ['absent', 'deploying', 'live', 'broken', 'destroying'] as const;
export type DeploymentState = (typeof deploymentStates)[number];

export interface DeploymentStatus {
  readonly state: DeploymentState;
  readonly url: string | undefined;
  readonly releaseId: string | undefined;
  /** Why it is broken, or what is still being done. */
  readonly reason: string | undefined;
}

/** A deployment that was found by its tags, whoever made it. */
export interface FoundDeployment {
  readonly provider: Provider;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly state: DeploymentState;
  /** Where it was found: region or location. */
  readonly region: string | undefined;
}

/**
 * Puts releases of one site on the web. Every method may be called again after a crash in the
 * middle: names are the same each time, so what is there is found and gone on with.
 *
 * All of them throw CodedErrors whose code says what to do: `deploy.no-credentials`,
 * `deploy.denied`, `deploy.quota`, `deploy.name-taken`, `deploy.half-made`, `deploy.unhealthy`,
 * `deploy.bad-site`, `deploy.no-sdk`, `deploy.unreachable`, `deploy.failed`; and `signal.reason`
 * when aborted.
 */
export interface Deployer {
  readonly provider: Provider;
  /** Pure. @throws {CodedError} `deploy.bad-spec`: a size or region that is not allowed. */
  plan(spec: SiteSpec): DeploymentPlan;
  /** Publish a release: makes what is missing, uploads what changed, switches, waits until it is so. */
  apply(
    plan: DeploymentPlan,
    release: Release,
    onEvent: OnDeployEvent,
    signal: AbortSignal,
  ): Promise<Deployed>;
  /** Switch back to a release that was live before. */
  rollback(
    plan: DeploymentPlan,
    release: Release,
    onEvent: OnDeployEvent,
    signal: AbortSignal,
  ): Promise<Deployed>;
  status(plan: DeploymentPlan, signal: AbortSignal): Promise<DeploymentStatus>;
  /** The newest lines of what the site's program or the provider said, oldest first. */
  logs(plan: DeploymentPlan, lines: number, signal: AbortSignal): Promise<readonly string[]>;
  /** Remove everything of the deployment; done when nothing is left, also when nothing was there. */
  destroy(plan: DeploymentPlan, onEvent: OnDeployEvent, signal: AbortSignal): Promise<void>;
  /** Everything that carries our tags in the account, region or machine. */
  list(signal: AbortSignal): Promise<readonly FoundDeployment[]>;
}
