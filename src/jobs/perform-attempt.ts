import { join } from 'node:path';
import {
  type Agent,
  type AgentOutcome,
  type Agents,
  describeExit,
  type Exchange,
  type Receipt,
  StartTimeoutError,
} from '../agents/index.ts';
import {
  type Clock,
  type CodedError,
  hasCode,
  type Ids,
  type Log,
  writeFileAtomic,
} from '../base/index.ts';
import type { Store } from '../store/index.ts';
import { acceptOutput } from './accept-output.ts';
import {
  AttemptLostError,
  AttemptTimedOutError,
  JobExpiredError,
  NotResumedError,
  WorkFailedError,
} from './attempt-errors.ts';
import { requestOf } from './attempt-request.ts';
import type { LiveAgent } from './begin-attempt.ts';
import { BudgetError, watchBudget } from './budget.ts';
import { exchangeOf } from './exchange.ts';
import { keepJournal } from './journal.ts';
import type { Lease } from './lease.ts';
import { giveConversationUp } from './main-agent.ts';
import { openAgent } from './open-agent.ts';
import { outputPathOf, recordStep } from './record-attempt.ts';
import { StartLimit } from './start-limit.ts';
import type { Steering } from './steering.ts';

export interface AttemptTools {
  readonly store: Store;
  readonly agents: Agents;
  readonly clock: Clock;
  readonly log: Log;
  readonly ids: Ids;
  readonly startLimitMs: number;
  /** Where the socket of a main agent with this nonce goes. */
  readonly socketPath: (nonce: string) => string;
  readonly steering: Steering;
  /** Absolute directory of a session, wherever it lies. */
  sessionDir(sessionId: string): string;
  /** The whole environment that agents get. */
  readonly agentEnvironment: Readonly<Record<string, string>>;
}

export interface Work {
  /** When the agent's turn ended, by its own evidence. */
  readonly doneAt: number;
  readonly outputPath: string;
  readonly outputDigest: string;
  /** A one-shot that runs still: the caller stops it once the result is written down. */
  readonly agent: Agent | undefined;
}

/**
 * Make one attempt, or go on with one that another process began: start or adopt the agent,
 * deliver the instruction, wait for the end of the work, accept the output.
 *
 * Every step is written down before or after it as its kind demands, so that the next process
 * can go on from there. Throws when the attempt failed, with the agent perhaps still running: the
 * caller ends it (`agents.clear`) unless the error says that somebody else goes on.
 *
 * @throws {CodedError} what went wrong; `isRetryable` in attempt-errors.ts judges it.
 * @throws `signal.reason` when aborted.
 */
export async function performAttempt(
  lease: Lease,
  tools: AttemptTools,
  signal: AbortSignal,
): Promise<Work> {
  try {
    return await work(lease, tools, signal);
  } catch (error) {
    const isLimit = [AttemptTimedOutError, JobExpiredError, BudgetError].some(
      (limit) => error instanceof limit,
    );
    const outcome = isLimit ? await reviewNow(lease, tools) : undefined;
    // It may have ended in time while nobody looked: no worker ran, or this one was stopped.
    const isInTime = outcome?.kind === 'finished' && outcome.evidence.at <= lastMoment(lease);
    if (!isInTime) throw error;
    return await accept(lease, outcome, tools, undefined);
  }
}

async function reviewNow(lease: Lease, tools: AttemptTools): Promise<AgentOutcome | undefined> {
  const { signal } = new AbortController();
  const request = await requestOf(lease, tools);
  return request && (await tools.agents.review(request, signal));
}

function lastMoment({ job, attempt }: Lease): number {
  return Math.min(attempt.startedAt + job.timeLimitMs, job.deadlineAt ?? Infinity);
}

async function work(lease: Lease, tools: AttemptTools, signal: AbortSignal): Promise<Work> {
  const { job, attempt } = lease;
  const elapsedMs = tools.clock.now() - attempt.startedAt;
  const leftMs = Math.max(0, Math.min(job.timeLimitMs, job.timeLimitMs - elapsedMs));
  using limit = tools.clock.deadline(leftMs, new AttemptTimedOutError(lease));
  const inTime = AbortSignal.any([signal, limit.signal]);
  await using budget = await watchBudget(lease, tools, inTime);
  const stop = AbortSignal.any([inTime, budget.signal]);
  const opened = await openAgent(lease, tools, stop);
  if (opened.kind === 'gone') return await accept(lease, opened.outcome, tools, undefined);
  const { agent } = opened;
  try {
    using journal = keepJournal(agent, lease, tools);
    await handOver(lease, opened, tools, stop);
    // Only now there is a turn of ours to interrupt.
    using _reachable = tools.steering.attach(agent);
    const outcome = await agent.untilDone(stop, (step) => journal.step(step));
    const done = await accept(lease, outcome, tools, agent);
    if (lease.job.mode === 'one-shot') return done;
    // Closed before its session's next job may begin: two connections to one tmux are one too many.
    await agent[Symbol.asyncDispose]();
    return { ...done, agent: undefined };
  } catch (error) {
    await agent[Symbol.asyncDispose]();
    throw error;
  }
}

/** Deliver once. What an earlier process delivered is recorded, or found by the agent's evidence. */
async function handOver(
  lease: Lease,
  opened: LiveAgent,
  tools: AttemptTools,
  signal: AbortSignal,
): Promise<void> {
  if (lease.attempt.deliveredAt !== undefined) return;
  const { store, clock } = tools;
  const { agent } = opened;
  await untilReady(lease, opened, tools, signal);
  await recordStep(store, lease, { state: 'delivering', at: clock.now() }, signal);
  const receipt = await agent.deliver(signal);
  await writeReceipt(exchangeOf(lease), receipt);
  const data = { evidence: receipt.evidence.detail, enters: receipt.enters };
  const step = { state: 'busy', at: receipt.at, enters: receipt.enters, data } as const;
  await recordStep(store, lease, step, signal);
}

// oxlint-disable-next-line max-params -- the four usual tools of a step and what it works on
async function untilReady(
  lease: Lease,
  { agent, isStarting, isResumed }: LiveAgent,
  tools: AttemptTools,
  signal: AbortSignal,
): Promise<void> {
  const { job } = lease;
  const { clock, startLimitMs } = tools;
  const limitMs = isStarting ? startLimitMs : Infinity;
  using limit = new StartLimit(agent, clock, limitMs, new StartTimeoutError(job.agent, limitMs));
  try {
    await agent.untilReady(AbortSignal.any([signal, limit.signal]), { onDialog: 'wait' });
  } catch (error) {
    if (!isResumed || !hasCode(error, 'agent.exited')) throw error;
    if (job.mode === 'persistent') await giveConversationUp(tools.sessionDir(job.sessionId));
    throw new NotResumedError(lease);
  }
}

async function writeReceipt({ dir }: Exchange, receipt: Receipt): Promise<void> {
  const content = JSON.stringify({ version: 1, ...receipt }, undefined, 2);
  await writeFileAtomic(join(dir, 'receipt.json'), `${content}\n`, { durable: false });
}

async function accept(
  lease: Lease,
  outcome: AgentOutcome,
  tools: AttemptTools,
  agent: Agent | undefined,
): Promise<Work> {
  if (outcome.kind !== 'finished') throw failureOf(lease, outcome);
  const exchange = exchangeOf(lease);
  const target = outputPathOf(tools.sessionDir(lease.job.sessionId), lease.job.id);
  const accepted = await acceptOutput(exchange.outputPath, target);
  const doneAt = outcome.evidence.at;
  return { doneAt, outputPath: accepted.path, outputDigest: accepted.digest, agent };
}

function failureOf(lease: Lease, outcome: Exclude<AgentOutcome, { kind: 'finished' }>): CodedError {
  switch (outcome.kind) {
    case 'lost':
      return new AttemptLostError(lease);
    case 'failed':
      return new WorkFailedError(lease, outcome);
    case 'exited': {
      const said = outcome.screen.findLast((row) => row.trim() !== '')?.trim();
      const lastLine = said === undefined ? '' : ` Its last line was: ${said.slice(0, 200)}`;
      const message = `The agent exited ${describeExit(outcome.exit)}.${lastLine}`;
      return new WorkFailedError(lease, { failure: 'transient', message }, 'agent.exited');
    }
    default:
      return outcome satisfies never;
  }
}
