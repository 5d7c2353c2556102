import { mkdir } from 'node:fs/promises';
import { type Agent, type AgentRequest, type Agents, findRuns } from '../agents/index.ts';
import { type Clock, CodedError, hasCode, type Ids, type Log } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import {
  giveConversationUp,
  type MainAgent,
  mainAgentRequest,
  type MainAgentPlace,
  readMainAgent,
  turnTo,
  withPresentEvents,
  writeMainAgent,
} from './main-agent.ts';
import { noteMainAgent } from './main-agent-row.ts';

export interface MainAgentTools {
  readonly agents: Agents;
  readonly store: Store;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Log;
  readonly startLimitMs: number;
  /** Where the socket of an agent with this nonce goes. */
  readonly socketPath: (nonce: string) => string;
  /** Throws when somebody else may start or end this session's main agent by now. */
  checkHold(): Promise<void>;
}

export interface MainAgentWish extends MainAgentPlace {
  readonly sessionId: string;
  readonly adapter: string;
  readonly model: string | undefined;
}

export interface StartedMainAgent {
  readonly agent: Agent;
  readonly request: AgentRequest;
}

/** Ending is never cut short: half an end is what the next start would have to mend. */
const never = new AbortController().signal;

/**
 * Start a session's main agent anew and wait until it is ready. Where the conversation that it was
 * to go on with turns out to be damaged it begins another.
 *
 * @throws {CodedError} the agent's own errors: not installed, blocked by a dialog, not ready. No
 * agent is left then.
 * @throws what `launchMainAgent` throws.
 */
export async function startMainAgent(
  tools: MainAgentTools,
  wish: MainAgentWish,
  signal: AbortSignal,
): Promise<StartedMainAgent> {
  try {
    return await launchUntilReady(tools, wish, signal);
  } catch (error) {
    const { sessionId, sessionDir } = wish;
    const isResumed = (await readMainAgent(sessionDir))?.resume !== undefined;
    if (!isResumed || !hasCode(error, 'agent.exited')) throw error;
    tools.log.warn('a conversation could not be resumed; a new one begins', { sessionId, error });
    await giveConversationUp(sessionDir);
    return await launchUntilReady(tools, wish, signal);
  }
}

async function launchUntilReady(
  tools: MainAgentTools,
  wish: MainAgentWish,
  signal: AbortSignal,
): Promise<StartedMainAgent> {
  const { clock, agents, startLimitMs } = tools;
  const started = await launchMainAgent(tools, wish, signal);
  try {
    using limit = clock.deadline(startLimitMs, notReady(wish, startLimitMs));
    await started.agent.untilReady(AbortSignal.any([signal, limit.signal]));
    return started;
  } catch (error) {
    await started.agent[Symbol.asyncDispose]();
    if (!signal.aborted) await agents.clear(started.request, never);
    throw error;
  }
}

/**
 * Start a session's main agent anew. The one before is ended, proven gone; where its CLI can, the
 * new one goes on with its conversation.
 *
 * @throws {CodedError} it is not installed, or tmux refuses. No agent is left then.
 * @throws `signal.reason` when aborted, and what `checkHold` throws: an agent that was started may
 * be left; whoever holds the session next finds it by its record.
 */
export async function launchMainAgent(
  tools: MainAgentTools,
  wish: MainAgentWish,
  signal: AbortSignal,
): Promise<StartedMainAgent> {
  const { agents } = tools;
  const { sessionDir } = wish;
  const before = await readMainAgent(sessionDir);
  if (before === undefined) await endUnrecorded(tools, wish);
  const resume = before && (await endBefore(before, tools, wish, signal));
  const record = nextMainAgent(tools, wish, before, resume);
  const request = mainAgentRequest(record, wish);
  await mkdir(request.exchange.eventsDir, { recursive: true });
  await turnTo(request);
  await tools.checkHold();
  const { sessionId, adapter } = wish;
  await noteMainAgent(tools.store, { sessionId, adapter, at: tools.clock.now() });
  await writeMainAgent(sessionDir, record);
  let agent: Agent | undefined;
  try {
    agent = await agents.start(request, signal);
    await tools.checkHold();
    await writeMainAgent(sessionDir, { ...record, address: agent.address });
    return { agent, request };
  } catch (error) {
    await agent?.[Symbol.asyncDispose]();
    const isForOthers = signal.aborted || hasCode(error, 'job.lease-lost');
    const isFound = (await readMainAgent(sessionDir))?.nonce === record.nonce;
    if (!isForOthers || !isFound) await agents.clear(record, never);
    throw error;
  }
}

/** Somebody removed the session's files while its agent ran. */
async function endUnrecorded(
  { agents, socketPath }: MainAgentTools,
  { sessionId }: MainAgentWish,
): Promise<void> {
  const prefix = runIdOf(sessionId, '');
  for (const runId of findRuns(prefix)) {
    await agents.clear({ runId, socketPath: socketPath(runId.slice(prefix.length)) }, never);
  }
}

function runIdOf(sessionId: string, nonce: string): string {
  return `${sessionId}.main.${nonce}`;
}

function notReady({ sessionId }: MainAgentWish, limitMs: number): CodedError {
  const message = `The main agent of session ${sessionId} was not ready after ${limitMs / 1000} s.`;
  return new CodedError('session.agent-not-ready', message, {
    facts: { sessionId, limitMs },
    todo: `Look at its screen, or restart it: tmux-builder session recover ${sessionId}`,
  });
}

/** Another kind of agent cannot go on with the conversation. */
async function endBefore(
  before: MainAgent,
  { agents }: MainAgentTools,
  wish: MainAgentWish,
  signal: AbortSignal,
): Promise<string | undefined> {
  await agents.clear(before, signal);
  if (before.adapter !== wish.adapter || before.isGivenUp === true) return undefined;
  const request = withPresentEvents(mainAgentRequest(before, wish));
  return (await agents.findConversation(request, signal)) ?? before.spoken;
}

// oxlint-disable-next-line max-params -- what is known of the one before, and what is wanted
function nextMainAgent(
  { ids, socketPath }: MainAgentTools,
  { sessionId, adapter, model }: MainAgentWish,
  before: MainAgent | undefined,
  resume: string | undefined,
): MainAgent {
  const nonce = ids.nonce();
  return {
    adapter,
    number: (before?.number ?? 0) + 1,
    nonce,
    runId: runIdOf(sessionId, nonce),
    conversationId: ids.uuid(),
    ...(resume === undefined ? {} : { resume, spoken: resume }),
    ...(model === undefined ? {} : { model }),
    socketPath: socketPath(nonce),
  };
}
