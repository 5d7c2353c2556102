import type { Agent, AgentRequest } from '../agents/index.ts';
import { AttemptLostError } from './attempt-errors.ts';
import { placeOf } from './attempt-request.ts';
import { type Opened, prepare, recorded } from './begin-attempt.ts';
import { listAttempts } from './find-job.ts';
import type { Lease } from './lease.ts';
import {
  mainAgentRequest,
  OtherAgentError,
  readMainAgent,
  turnTo,
  withPresentEvents,
  writeMainAgent,
} from './main-agent.ts';
import type { AttemptTools } from './perform-attempt.ts';
import { checkLease } from './record-attempt.ts';
import { launchMainAgent } from './start-main-agent.ts';

/**
 * Turn the session's main agent to this attempt. One that is gone is started again and, where its
 * CLI can, goes on with the conversation; unless it was gone while it worked on this very exchange:
 * then the attempt ends, and the next one tells it so.
 *
 * @throws {OtherAgentError} the conversation is held by another kind of agent than the job's.
 */
export async function openMainAgent(
  lease: Lease,
  tools: AttemptTools,
  signal: AbortSignal,
): Promise<Opened> {
  const wasGiven = lease.attempt.state !== 'starting';
  if (!wasGiven) await prepare(lease, await wasDelivered(lease, tools, signal), tools, signal);
  const { sessionId, agent: wanted } = lease.job;
  const record = await readMainAgent(tools.sessionDir(sessionId));
  if (record !== undefined && record.adapter !== wanted) {
    throw new OtherAgentError({ id: sessionId }, { holder: record.adapter, wanted });
  }
  const known = record && mainAgentRequest(record, placeOf(lease, tools));
  if (known !== undefined) {
    const isOver = !wasGiven && (await hasEnded(known, tools, signal));
    const adopted = isOver ? undefined : await tools.agents.adopt(known, record?.address, signal);
    if (adopted !== undefined) {
      if (!wasGiven) await giveTurn(adopted, known, lease, tools, signal);
      return { ...(await recorded(adopted, lease, known, tools, signal)), isStarting: false };
    }
    const outcome = wasGiven ? await tools.agents.review(known, signal) : undefined;
    if (outcome !== undefined) return { kind: 'gone', outcome };
  }
  if (wasGiven) throw new AttemptLostError(lease);
  return await startAgain(lease, tools, signal);
}

/** Its process ended between two turns: the tmux server and its screen are still there. */
async function hasEnded(
  request: AgentRequest,
  { agents }: AttemptTools,
  signal: AbortSignal,
): Promise<boolean> {
  return (await agents.review(request, signal))?.kind === 'exited';
}

/** It has read this prompt in an earlier attempt, or may have. */
async function wasDelivered(
  { job, attempt }: Lease,
  { store }: AttemptTools,
  signal: AbortSignal,
): Promise<boolean> {
  const attempts = await listAttempts(store, job.id, signal);
  return attempts.some(({ number, readyAt }) => number < attempt.number && readyAt !== undefined);
}

async function startAgain(lease: Lease, tools: AttemptTools, signal: AbortSignal): Promise<Opened> {
  const { sessionId, agent: adapter, model } = lease.job;
  const checkHold = async (): Promise<void> =>
    await tools.store.read(async (sql) => await checkLease(sql, lease), signal);
  const wish = { ...placeOf(lease, tools), sessionId, adapter, model };
  const { agent, request } = await launchMainAgent({ ...tools, checkHold }, wish, signal);
  const opened = await recorded(agent, lease, request, tools, signal);
  return { ...opened, isStarting: true, isResumed: request.resume !== undefined };
}

/** Turn a living main agent to this exchange; the conversation's name is kept for its restart. */
// oxlint-disable-next-line max-params -- the four usual tools of a step and what it works on
async function giveTurn(
  agent: Agent,
  request: AgentRequest,
  lease: Lease,
  tools: AttemptTools,
  signal: AbortSignal,
): Promise<void> {
  const sessionDir = tools.sessionDir(lease.job.sessionId);
  try {
    const record = await readMainAgent(sessionDir);
    const spoken = await tools.agents.findConversation(withPresentEvents(request), signal);
    if (record !== undefined && spoken !== undefined && spoken !== record.spoken) {
      await writeMainAgent(sessionDir, { ...record, spoken });
    }
    await turnTo(request);
  } catch (error) {
    await agent[Symbol.asyncDispose]();
    throw error;
  }
}
