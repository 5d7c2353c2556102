import { readFile } from 'node:fs/promises';
import type { Agent, AgentOutcome, AgentRequest } from '../agents/index.ts';
import { CodedError } from '../base/index.ts';
import { makeExchange } from './exchange.ts';
import { listAttempts } from './find-job.ts';
import type { Lease } from './lease.ts';
import type { AttemptTools } from './perform-attempt.ts';
import { checkLease, LeaseLostError, recordStep } from './record-attempt.ts';

export interface LiveAgent {
  readonly kind: 'live';
  readonly agent: Agent;
  /** It has to be ready soon; one that has been there before may be busy for as long as it likes. */
  readonly isStarting: boolean;
  /** It was started to go on with an earlier conversation. */
  readonly isResumed: boolean;
}

/** The attempt's agent, or what came of it when it is gone and its files tell. */
export type Opened = LiveAgent | { readonly kind: 'gone'; readonly outcome: AgentOutcome };

/** Make the exchange, before anybody watches it. */
export async function prepare(
  lease: Lease,
  isAgain: boolean,
  { store }: AttemptTools,
  signal: AbortSignal,
): Promise<void> {
  await makeExchange(lease, { text: await readPrompt(lease.job.promptPath), isAgain });
  await store.write(async (sql) => await checkLease(sql, lease), signal);
}

/** Write down where an agent runs; closes it when that is refused. */
// oxlint-disable-next-line max-params -- the four usual tools of a step and what it works on
export async function recorded(
  agent: Agent,
  lease: Lease,
  request: AgentRequest,
  tools: AttemptTools,
  signal: AbortSignal,
): Promise<LiveAgent> {
  try {
    await recordAddress(lease, agent, request, tools, signal);
    const isResumed = request.mode === 'one-shot' && request.resume !== undefined;
    return { kind: 'live', agent, isStarting: true, isResumed };
  } catch (error) {
    await agent[Symbol.asyncDispose]();
    if (error instanceof LeaseLostError) await clearUnlessAdopted(lease, tools);
    throw error;
  }
}

/**
 * End an agent that was started too late: this process had been stopped past its lease, and the
 * worker that took over found nothing alive and gave the attempt up. One that it did find is its.
 */
async function clearUnlessAdopted({ job, attempt }: Lease, tools: AttemptTools): Promise<void> {
  // A main agent is found by its record.
  if (job.mode === 'persistent') return;
  const { signal } = new AbortController();
  const attempts = await listAttempts(tools.store, attempt.jobId, signal);
  const own = attempts.find(({ number }) => number === attempt.number);
  // A job that was deleted since has no attempt, and nobody else who could end its agent.
  if (own === undefined || own.state === 'ended') await tools.agents.clear(attempt, signal);
}

/** Write down where an agent runs, unless it is known. */
// oxlint-disable-next-line max-params -- the four usual tools of a step and what it works on
export async function recordAddress(
  lease: Lease,
  { address }: Agent,
  { homeDir }: AgentRequest,
  { store, clock }: AttemptTools,
  signal: AbortSignal,
): Promise<void> {
  const known = lease.attempt.address?.server;
  const { pid, startTime } = address.server;
  if (known?.pid === pid && known.startTime === startTime) return;
  const data = { socket_path: address.socketPath, server_pid: address.server.pid };
  const step = { state: 'starting', at: clock.now(), address, homeDir, data } as const;
  await recordStep(store, lease, step, signal);
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
