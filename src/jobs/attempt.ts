import type { AgentAddress, Usage } from '../agents/index.ts';

/**
 * How far an attempt got. Written before the step it names where the step must not be repeated
 * (`starting`, `delivering`), so that whoever adopts the attempt knows what may have happened.
 */
export const attemptStates = ['starting', 'delivering', 'busy', 'ended'] as const;
export type AttemptState = (typeof attemptStates)[number];

export const attemptOutcomes = ['succeeded', 'failed', 'cancelled', 'expired'] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

/** One try at a job, numbered from 1. Times are wall time in ms. */
export interface Attempt {
  readonly jobId: string;
  readonly number: number;
  readonly workerId: string;
  readonly state: AttemptState;
  readonly startedAt: number;
  readonly readyAt: number | undefined;
  readonly deliveredAt: number | undefined;
  readonly doneAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly exchangeDir: string;
  readonly nonce: string;
  readonly conversationId: string;
  /** Conversation of an earlier attempt that this one goes on with. */
  readonly resumes: string | undefined;
  /** The agent's own directory where it is not the exchange's: a persistent agent's. */
  readonly homeDir: string;
  readonly runId: string;
  readonly socketPath: string;
  readonly address: AgentAddress | undefined;
  readonly outcome: AttemptOutcome | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly usage: Usage | undefined;
}
