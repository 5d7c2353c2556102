import type { Permission } from '../jobs/index.ts';
import type { SiteSpec } from '../deploy/index.ts';
import type { StepError } from './execution.ts';

export const siteStatuses = ['building', 'live', 'failed', 'destroying', 'destroyed'] as const;
export type SiteStatus = (typeof siteStatuses)[number];

/** How a site's agent works; as for jobs. */
export interface SiteOptions {
  readonly agent: string | undefined;
  readonly model: string | undefined;
  readonly permission: Permission | undefined;
}

/** The site of a session: what is wanted, and what is live. Times are wall time in ms. */
export interface Site {
  readonly sessionId: string;
  readonly requirements: string;
  readonly status: SiteStatus;
  /** Without `run`, which the plan decides. */
  readonly spec: SiteSpec;
  readonly options: SiteOptions;
  readonly url: string | undefined;
  /** The release that is live. */
  readonly releaseId: string | undefined;
  /** The estimate that was confirmed. */
  readonly monthlyUsd: number;
  /** Why it could not be destroyed. */
  readonly error: StepError | undefined;
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  readonly destroyedAt: number | undefined;
}
