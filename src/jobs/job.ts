import type { AgentMode, PermissionRule } from '../agents/index.ts';
import type { Budget } from '../sessions/index.ts';

/** Where a job is on its way. `transitions` in transitions.ts lists every step between them. */
export const jobStatuses = [
  'queued',
  'leased',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
  'skipped',
] as const;
export type JobStatus = (typeof jobStatuses)[number];

export const settledStatuses = ['succeeded', 'failed', 'cancelled', 'expired', 'skipped'] as const;
export type SettledStatus = (typeof settledStatuses)[number];

export const permissions = ['ask', 'allow', 'deny'] as const;
export type Permission = (typeof permissions)[number];

export const jobModes = ['one-shot', 'persistent'] as const satisfies readonly AgentMode[];

/** Why a job did not succeed, as its last attempt saw it. */
export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly todo: string | undefined;
}

/** One prompt for one kind of agent, kept until it is settled. Times are wall time in ms. */
export interface Job {
  readonly id: string;
  readonly sessionId: string;
  readonly template: string;
  readonly agent: string;
  readonly model: string | undefined;
  /** For tools that none of `permissionRules` fits. */
  readonly permission: Permission;
  readonly permissionRules: readonly PermissionRule[];
  /** `persistent`: done by the main agent of its session, in one conversation with the others. */
  readonly mode: AgentMode;
  /** For all its attempts together; an agent that goes over it is stopped. */
  readonly budget: Budget;
  /** Directory in which the agent works; undefined means the session's `source/`. */
  readonly directory: string | undefined;
  readonly command: readonly string[] | undefined;
  readonly files: readonly string[];
  readonly status: JobStatus;
  readonly priority: number;
  readonly runAt: number;
  readonly createdAt: number;
  readonly deadlineAt: number | undefined;
  readonly timeLimitMs: number;
  readonly maxAttempts: number;
  /** Attempts begun so far; also the fencing token of the current one. */
  readonly attempts: number;
  readonly backoffMs: number;
  readonly idempotencyKey: string | undefined;
  /** The first words of the prompt, for lists. */
  readonly title: string;
  readonly promptPath: string;
  readonly outputPath: string | undefined;
  readonly error: JobError | undefined;
  readonly cancelRequestedAt: number | undefined;
  readonly interruptRequestedAt: number | undefined;
  readonly leaseWorker: string | undefined;
  readonly leaseUntil: number | undefined;
  /** Dependencies that are not settled yet. */
  readonly blockedBy: number;
  readonly startedAt: number | undefined;
  readonly settledAt: number | undefined;
}

export function isSettled(status: JobStatus): status is SettledStatus {
  return settledStatuses.some((settled) => settled === status);
}
