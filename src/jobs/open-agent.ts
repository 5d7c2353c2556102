import { readdir } from 'node:fs/promises';
import type { Exchange } from '../agents/index.ts';
import { exists } from '../base/index.ts';
import type { Attempt } from './attempt.ts';
import { AttemptLostError, AttemptNotStartedError } from './attempt-errors.ts';
import { oneShotRequest } from './attempt-request.ts';
import { type Opened, prepare, recordAddress, recorded } from './begin-attempt.ts';
import { listAttempts } from './find-job.ts';
import type { Lease } from './lease.ts';
import { openMainAgent } from './open-main-agent.ts';
import type { AttemptTools } from './perform-attempt.ts';
import { recordConversation } from './record-attempt.ts';

/**
 * Start the agent of an attempt, or go on with the one that an earlier process started. Its
 * address is written down before this resolves.
 *
 * @throws {AttemptLostError} it is gone and its work did not end; {AttemptNotStartedError} it
 * never ran; {LeaseLostError}; the agent's own errors.
 */
export async function openAgent(
  lease: Lease,
  tools: AttemptTools,
  signal: AbortSignal,
): Promise<Opened> {
  return lease.job.mode === 'persistent'
    ? await openMainAgent(lease, tools, signal)
    : await openOneShot(lease, tools, signal);
}

async function openOneShot(
  lease: Lease,
  tools: AttemptTools,
  signal: AbortSignal,
): Promise<Opened> {
  const { attempt } = lease;
  const known = oneShotRequest(lease, tools);
  if (await hasBegun(lease)) {
    const adopted = await tools.agents.adopt(known, attempt.address, signal);
    if (adopted !== undefined) {
      await recordAddress(lease, adopted, known, tools, signal);
      const isResumed = known.resume !== undefined;
      return { kind: 'live', agent: adopted, isStarting: true, isResumed };
    }
    const outcome = await tools.agents.review(known, signal);
    if (outcome !== undefined) return { kind: 'gone', outcome };
    const wasAlive = attempt.address !== undefined || (await hasEvents(known.exchange));
    throw wasAlive ? new AttemptLostError(lease) : new AttemptNotStartedError(lease);
  }
  const resume = await findConversation(lease, tools, signal);
  await prepare(lease, resume !== undefined, tools, signal);
  if (resume !== undefined) await recordConversation(tools.store, lease, resume, signal);
  const request = { ...known, resume };
  const agent = await tools.agents.start(request, signal);
  return await recorded(agent, lease, request, tools, signal);
}

/** True when another process may have started the agent before it died. */
async function hasBegun({ attempt }: Lease): Promise<boolean> {
  if (attempt.address !== undefined) return true;
  return (await exists(attempt.exchangeDir)) && (await readdir(attempt.exchangeDir)).length > 0;
}

async function hasEvents(exchange: Exchange): Promise<boolean> {
  return (await exists(exchange.eventsDir)) && (await readdir(exchange.eventsDir)).length > 0;
}

/** Ends after which the conversation is worth going on with: its agent was cut off. */
const cutOff = ['job.agent-lost', 'agent.exited', 'agent.lost', 'job.usage-limit'];

/** The conversation of the last attempt that had an agent, when that was cut off in its midst. */
async function findConversation(
  lease: Lease,
  tools: AttemptTools,
  signal: AbortSignal,
): Promise<string | undefined> {
  const attempts = await listAttempts(tools.store, lease.job.id, signal);
  const before = attempts.findLast(
    ({ number, error }) => number < lease.attempt.number && error?.code !== 'job.not-started',
  );
  if (before === undefined || !isWorthResuming(before)) return undefined;
  return await tools.agents.findConversation(
    oneShotRequest({ ...lease, attempt: before }, tools),
    signal,
  );
}

/** What ended by itself though it had been resumed may have ended because of what it resumed. */
function isWorthResuming({ error, resumes }: Attempt): boolean {
  const isSuspect = resumes !== undefined && error?.code === 'agent.exited';
  return !isSuspect && cutOff.includes(error?.code ?? '');
}
