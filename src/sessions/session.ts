import type { Budget } from './budget.ts';

/** A user's piece of work and its directory. Nothing to do with tmux's sessions. */
export interface Session {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly status: SessionStatus;
  /** Absolute path of its directory; while it is moved, where it was before. */
  readonly dir: string;
  /** Adapter of its main agent; undefined when it has none. */
  readonly agent: string | undefined;
  /** Largest number of its jobs that run at once; undefined means only the global limit holds. */
  readonly concurrency: number | undefined;
  /** For all its jobs together. */
  readonly budget: Budget;
  readonly createdAt: number;
  readonly archivedAt: number | undefined;
}

export const sessionStatuses = [
  'active',
  'archiving',
  'archived',
  'restoring',
  'deleting',
] as const;
/** `archiving`, `restoring` and `deleting` name who does it, so that a second program is refused. */
export type SessionStatus = (typeof sessionStatuses)[number];

export const sessionFolders = [
  'prompts',
  'output',
  'logs',
  'state',
  'uploads',
  'source',
  'jobs',
] as const;
