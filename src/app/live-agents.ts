import { CodedError, isRunning, parseCursor, toCursor } from '../base/index.ts';
import type { LiveAgentView } from '../contract/index.ts';
import {
  type AgentFacts,
  findAttemptAgent,
  getMainAgentFacts,
  listAgents,
  type MainAgent,
  mainAgentHome,
  readMainAgent,
} from '../jobs/index.ts';
import type { Visibility } from '../sessions/index.ts';
import type { TerminalPlace } from '../terminal/index.ts';
import { parseAgentId } from './agent-id.ts';
import type { AppContext } from './context.ts';
import { currentDir } from './find-recording.ts';
import { toLiveAgentView } from './live-agent-view.ts';
import { untilStarted } from './until-started.ts';

export interface LiveAgentQuery {
  readonly sessionId?: string | undefined;
  readonly cursor?: string | undefined;
  /** At most 1,000. */
  readonly limit: number;
}

interface AgentPage<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

export type LiveAgentPage = AgentPage<LiveAgentView>;

/** An agent as it was written down, with what its process says. */
export interface LiveAgent {
  readonly id: string;
  readonly facts: AgentFacts;
  /** Of a main agent; undefined for one of a job's own. */
  readonly record: MainAgent | undefined;
  readonly isLive: boolean;
}

const LARGEST_PAGE = 1_000;

/**
 * List agents that are alive, newest first, by what is written down of them and by whether their
 * tmux server runs. None is asked what it does: for hundreds that takes too long; see
 * `explainLiveAgent` for one.
 */
export async function listLiveAgents(
  ctx: AppContext,
  query: LiveAgentQuery,
  visibleTo: Visibility,
  signal: AbortSignal,
): Promise<LiveAgentPage> {
  const { items, next } = await pageLiveAgents(ctx, query, visibleTo, signal);
  return { items: items.map((agent) => toLiveAgentView(agent, ctx.clock.now())), next };
}

/** The same agents with all that is written down of them. */
export async function pageLiveAgents(
  ctx: AppContext,
  { sessionId, cursor, limit: wanted }: LiveAgentQuery,
  visibleTo: Visibility,
  signal: AbortSignal,
): Promise<AgentPage<LiveAgent>> {
  const limit = Math.min(Math.max(wanted, 1), LARGEST_PAGE);
  const items: LiveAgent[] = [];
  let after = cursor === undefined ? undefined : parseCursor(cursor);
  for (;;) {
    const query = { sessionId, visibleTo, after, limit };
    const listed = await listAgents(ctx.store, query, signal);
    const agents = await Promise.all(listed.map(async (one) => await lookAt(ctx, one)));
    for (const [index, agent] of agents.entries()) {
      after = listed[index]?.place;
      // Sessions whose main agent was ended by a reboot may have another, or none.
      if (agent === undefined || (!agent.isLive && agent.facts.main !== undefined)) continue;
      items.push(agent);
      if (items.length === limit) return { items, next: after && toCursor(after) };
    }
    if (listed.length < limit) return { items, next: undefined };
  }
}

/** Show one agent, also one that has ended. @throws {CodedError} `live-agent.not-found`. */
export async function getLiveAgent(
  ctx: AppContext,
  agentId: string,
  signal: AbortSignal,
): Promise<LiveAgentView> {
  return toLiveAgentView(await getAgent(ctx, agentId, signal), ctx.clock.now());
}

/**
 * Find the terminal of an agent: its recording, and its pane while it lives. The terminal of a
 * main agent has one name, the session's id, also when it was asked for by the attempt it makes.
 * While it is being started it has no terminal yet: then this waits.
 *
 * @throws {CodedError} `live-agent.not-found`, `live-agent.starting`.
 */
export async function findTerminal(
  ctx: AppContext,
  agentId: string,
  signal: AbortSignal,
): Promise<TerminalPlace & { readonly sessionId: string }> {
  const { store, clock } = ctx;
  const look = async (either: AbortSignal) => await getAgent(ctx, agentId, either);
  const isStarting = (agent: LiveAgent): boolean => agent.isLive && addressOf(agent) === undefined;
  const agent = await untilStarted({ agentId, store, clock, look, isStarting }, signal);
  const { id, facts, record, isLive } = agent;
  const { sessionId, work } = facts;
  const session = await ctx.sessions.get(sessionId, signal);
  const { columns, rows } = ctx.config;
  const address = addressOf(agent);
  const homeDir =
    record === undefined
      ? currentDir(ctx, session, work?.attempt.homeDir ?? ctx.sessions.activeDir(sessionId))
      : mainAgentHome(record, session.dir);
  const pane = isLive && address ? address : undefined;
  return {
    agentId: id,
    sessionId,
    homeDir,
    columns,
    rows,
    pane: pane && { socketPath: pane.socketPath, paneId: pane.paneId },
  };
}

/** Where its tmux server is; undefined while it is being started. */
export function addressOf({ facts, record }: LiveAgent): MainAgent['address'] {
  return record === undefined ? facts.work?.attempt.address : record.address;
}

/** @throws {CodedError} `live-agent.not-found`. */
export async function getAgent(
  ctx: AppContext,
  agentId: string,
  signal: AbortSignal,
): Promise<LiveAgent> {
  const id = parseAgentId(agentId);
  if (id?.kind === 'attempt') {
    const facts = await findAttemptAgent(ctx.store, id, signal);
    const agent = facts && (await lookAt(ctx, facts));
    if (agent !== undefined) return agent;
  }
  if (id?.kind === 'main') {
    const agent = await lookAt(ctx, await getMainAgentFacts(ctx.store, id.sessionId, signal));
    if (agent !== undefined) return agent;
  }
  throw noAgent(agentId);
}

async function lookAt(ctx: AppContext, facts: AgentFacts): Promise<LiveAgent | undefined> {
  const { work, main, sessionId } = facts;
  if (main !== undefined) {
    const record = await readMainAgent(ctx.sessions.activeDir(sessionId));
    if (record === undefined) return undefined;
    return { id: sessionId, facts, record, isLive: await runsMain(record, facts) };
  }
  if (work === undefined) return undefined;
  const { job, attempt } = work;
  const isNow = attempt.state !== 'ended' && attempt.number === job.attempts;
  if (isNow && job.mode === 'persistent') {
    const record = await readMainAgent(ctx.sessions.activeDir(sessionId));
    if (record !== undefined && record.address?.socketPath === attempt.address?.socketPath) {
      const own = { startedAt: undefined, workedAt: undefined, holder: undefined };
      const isLive = await runs(record.address);
      return { id: sessionId, facts: { ...facts, main: own }, record, isLive };
    }
  }
  const id = `${job.id}.${attempt.number}`;
  return { id, facts, record: undefined, isLive: isNow && (await runs(attempt.address)) };
}

/** One without an address is being started, as long as somebody is there who starts it. */
async function runsMain({ address }: MainAgent, { work, main }: AgentFacts): Promise<boolean> {
  if (address !== undefined) return await runs(address);
  return work !== undefined || (main?.holder !== undefined && (await isRunning(main.holder)));
}

/** One that has no address yet is being started. */
async function runs(address: MainAgent['address']): Promise<boolean> {
  return address === undefined || (await isRunning(address.server));
}

export function noAgent(agentId: string): CodedError {
  return new CodedError('live-agent.not-found', `There is no agent ${agentId}.`, {
    facts: { agentId },
    todo: 'List those that are alive; a job has one from its first attempt on',
  });
}
