import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Agent,
  type AgentOutcome,
  type AgentRequest,
  type Agents,
  describeExit,
  type Exchange,
  type Receipt,
  StartTimeoutError,
} from '../agents/index.ts';
import { type Clock, CodedError, exists, type Log, writeFileAtomic } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import { acceptOutput } from './accept-output.ts';
import {
  AttemptLostError,
  AttemptNotStartedError,
  AttemptTimedOutError,
  JobExpiredError,
  WorkFailedError,
} from './attempt-errors.ts';
import { exchangeOf, makeExchange } from './exchange.ts';
import { listAttempts } from './find-job.ts';
import { keepJournal } from './journal.ts';
import type { Lease } from './lease.ts';
import { checkLease, LeaseLostError, outputPathOf, recordStep } from './record-attempt.ts';

export interface AttemptTools {
  readonly store: Store;
  readonly agents: Agents;
  readonly clock: Clock;
  readonly log: Log;
  readonly startLimitMs: number;
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
  /** Still running: the caller stops it once the result is written down. */
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
  const request = requestOf(lease, tools);
  try {
    return await work(lease, request, tools, signal);
  } catch (error) {
    const isLate = error instanceof AttemptTimedOutError || error instanceof JobExpiredError;
    const outcome = isLate
      ? await tools.agents.review(request, new AbortController().signal)
      : undefined;
    // It may have ended in time while nobody looked: no worker ran, or this one was stopped.
    const isInTime = outcome?.kind === 'finished' && outcome.evidence.at <= lastMoment(lease);
    if (!isInTime) throw error;
    return await accept(lease, outcome, tools, undefined);
  }
}

function lastMoment({ job, attempt }: Lease): number {
  return Math.min(attempt.startedAt + job.timeLimitMs, job.deadlineAt ?? Infinity);
}

async function work(
  lease: Lease,
  request: AgentRequest,
  tools: AttemptTools,
  signal: AbortSignal,
): Promise<Work> {
  const { job, attempt } = lease;
  const elapsedMs = tools.clock.now() - attempt.startedAt;
  const leftMs = Math.max(0, Math.min(job.timeLimitMs, job.timeLimitMs - elapsedMs));
  using limit = tools.clock.deadline(leftMs, new AttemptTimedOutError(lease));
  const stop = AbortSignal.any([signal, limit.signal]);
  const opened = await openAgent(lease, request, tools, stop);
  if (opened.kind === 'gone') return await accept(lease, opened.outcome, tools, undefined);
  const { agent } = opened;
  try {
    using _journal = keepJournal(agent, lease, tools);
    await handOver(lease, agent, request.exchange, tools, stop);
    const outcome = await agent.untilDone(stop);
    return await accept(lease, outcome, tools, agent);
  } catch (error) {
    await agent[Symbol.asyncDispose]();
    throw error;
  }
}

type Opened =
  | { readonly kind: 'live'; readonly agent: Agent }
  | { readonly kind: 'gone'; readonly outcome: AgentOutcome };

async function openAgent(
  lease: Lease,
  request: AgentRequest,
  tools: AttemptTools,
  signal: AbortSignal,
): Promise<Opened> {
  const { attempt, job } = lease;
  if (await hasBegun(lease)) {
    const adopted = await tools.agents.adopt(request, attempt.address, signal);
    if (adopted !== undefined) {
      await recordAddress(lease, adopted, tools, signal);
      return { kind: 'live', agent: adopted };
    }
    const outcome = await tools.agents.review(request, signal);
    if (outcome !== undefined) return { kind: 'gone', outcome };
    const wasAlive = attempt.address !== undefined || (await hasEvents(request.exchange));
    throw wasAlive ? new AttemptLostError(lease) : new AttemptNotStartedError(lease);
  }
  await makeExchange(attempt, job, await readPrompt(job.promptPath));
  await tools.store.write(async (sql) => await checkLease(sql, lease), signal);
  const agent = await tools.agents.start(request, signal);
  try {
    await recordAddress(lease, agent, tools, signal);
  } catch (error) {
    await agent[Symbol.asyncDispose]();
    if (error instanceof LeaseLostError) await clearUnlessAdopted(lease, tools);
    throw error;
  }
  return { kind: 'live', agent };
}

/**
 * End an agent that was started too late: this process had been stopped past its lease, and the
 * worker that took over found nothing alive and gave the attempt up. One that it did find is its.
 */
async function clearUnlessAdopted({ attempt }: Lease, tools: AttemptTools): Promise<void> {
  const { signal } = new AbortController();
  const attempts = await listAttempts(tools.store, attempt.jobId, signal);
  const own = attempts.find(({ number }) => number === attempt.number);
  // A job that was deleted since has no attempt, and nobody else who could end its agent.
  if (own === undefined || own.state === 'ended') await tools.agents.clear(attempt, signal);
}

/** True when another process may have started the agent before it died. */
async function hasBegun({ attempt }: Lease): Promise<boolean> {
  if (attempt.address !== undefined) return true;
  return (await exists(attempt.exchangeDir)) && (await readdir(attempt.exchangeDir)).length > 0;
}

async function hasEvents(exchange: Exchange): Promise<boolean> {
  return (await exists(exchange.eventsDir)) && (await readdir(exchange.eventsDir)).length > 0;
}

async function recordAddress(
  lease: Lease,
  { address }: Agent,
  { store, clock }: AttemptTools,
  signal: AbortSignal,
): Promise<void> {
  if (lease.attempt.address?.server.pid === address.server.pid) return;
  const data = { socket_path: address.socketPath, server_pid: address.server.pid };
  await recordStep(store, lease, { state: 'starting', at: clock.now(), address, data }, signal);
}

/** Deliver once. What an earlier process delivered is recorded, or found by the agent's evidence. */
// oxlint-disable-next-line max-params -- the four usual tools of a step and what it works on
async function handOver(
  lease: Lease,
  agent: Agent,
  exchange: Exchange,
  { store, clock, startLimitMs }: AttemptTools,
  signal: AbortSignal,
): Promise<void> {
  if (lease.attempt.deliveredAt !== undefined) return;
  using limit = clock.deadline(startLimitMs, new StartTimeoutError(lease.job.agent, startLimitMs));
  await agent.untilReady(AbortSignal.any([signal, limit.signal]));
  limit[Symbol.dispose]();
  await recordStep(store, lease, { state: 'delivering', at: clock.now() }, signal);
  const receipt = await agent.deliver(signal);
  await writeReceipt(exchange, receipt);
  const data = { evidence: receipt.evidence.detail, enters: receipt.enters };
  const step = { state: 'busy', at: receipt.at, enters: receipt.enters, data } as const;
  await recordStep(store, lease, step, signal);
}

async function writeReceipt(exchange: Exchange, receipt: Receipt): Promise<void> {
  const content = JSON.stringify({ version: 1, ...receipt }, undefined, 2);
  await writeFileAtomic(join(exchange.dir, 'receipt.json'), `${content}\n`, { durable: false });
}

async function accept(
  lease: Lease,
  outcome: AgentOutcome,
  tools: AttemptTools,
  agent: Agent | undefined,
): Promise<Work> {
  if (outcome.kind !== 'finished') throw failureOf(lease, outcome);
  const exchange = exchangeOf(lease.attempt);
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
      return new WorkFailedError(lease, outcome.message, outcome.failure);
    case 'exited': {
      const said = outcome.screen.findLast((row) => row.trim() !== '')?.trim();
      const lastLine = said === undefined ? '' : ` Its last line was: ${said.slice(0, 200)}`;
      const message = `The agent exited ${describeExit(outcome.exit)}.${lastLine}`;
      return new WorkFailedError(lease, message, 'transient', 'agent.exited');
    }
    default:
      return outcome satisfies never;
  }
}

async function readPrompt(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CodedError('job.prompt-unreadable', `The prompt file ${path} cannot be read.`, {
      facts: { path },
      cause: error,
      todo: 'Put the file back, or add the job again',
    });
  }
}

function requestOf({ job, attempt }: Lease, tools: AttemptTools): AgentRequest {
  return {
    adapter: job.agent,
    exchange: exchangeOf(attempt),
    directory: job.directory ?? join(tools.sessionDir(job.sessionId), 'source'),
    isDirectoryOurs: job.directory === undefined,
    environment: tools.agentEnvironment,
    socketPath: attempt.socketPath,
    runId: attempt.runId,
    conversationId: attempt.conversationId,
    model: job.model,
    permission: job.permission,
    command: job.command,
  };
}
