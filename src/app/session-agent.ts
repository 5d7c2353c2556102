import type { Dialog, PermissionPolicy } from '../agents/index.ts';
import {
  forgetMainAgent,
  holdMainAgent,
  type MainAgentHold,
  mainAgentRequest,
  noteMainAgent,
  readMainAgent,
  startMainAgent,
} from '../jobs/index.ts';
import type { Session } from '../sessions/index.ts';
import type { AppContext } from './context.ts';
import { resolveMainAgent } from './resolve-main-agent.ts';
import { socketPathOf } from './socket-path.ts';

export interface SessionHealth {
  readonly isHealthy: boolean;
  /** What `recover` would do, in the words of the documents this program began with. */
  readonly action: 'recreate' | 'initialize' | 'restart_tmux' | 'restart_agent' | undefined;
  readonly reason: string | undefined;
}

const healthy: SessionHealth = { isHealthy: true, action: undefined, reason: undefined };

/**
 * Start a session's main agent: folders, then tmux and the agent, then the handshake, which is
 * the adapter's own readiness. `state/health.json` tells how far it got. A healthy one is left
 * alone: it holds a conversation.
 *
 * @throws {CodedError} the agent's own errors: not installed, blocked by a dialog, not ready;
 * `session.agent-busy` when a job works with it.
 */
export async function startSession(
  ctx: AppContext,
  session: Session,
  signal: AbortSignal,
): Promise<SessionHealth> {
  await recoverSession(ctx, session, signal);
  return healthy;
}

/**
 * Bring a session's main agent back to health; a healthy one is left alone.
 *
 * @returns what was wrong.
 */
export async function recoverSession(
  ctx: AppContext,
  session: Session,
  signal: AbortSignal,
): Promise<SessionHealth> {
  const first = await checkSession(ctx, session, signal);
  if (first.isHealthy) return first;
  await using hold = await holdMainAgent(ctx.store, session, signal);
  // Somebody may have mended it before the hold was ours.
  const health = await checkSession(ctx, session, signal);
  if (!health.isHealthy) await startAnew(ctx, session, hold, signal);
  return health;
}

async function startAnew(
  ctx: AppContext,
  session: Session,
  hold: MainAgentHold,
  signal: AbortSignal,
): Promise<void> {
  const { sessions } = ctx;
  await sessions.makeFolders(session.id);
  await sessions.writeHealth(session.id, { state: 'folder_created' });
  const adapter = await resolveMainAgent(ctx, session, undefined, signal);
  const { model, startLimitMs } = ctx.config;
  const socketPath = (nonce: string): string => socketPathOf(ctx.runtimeDir, nonce);
  const tools = { ...ctx, startLimitMs, socketPath, checkHold: async () => await hold.check() };
  const wish = { ...placeOf(ctx, session), sessionId: session.id, adapter, model };
  try {
    const { agent } = await startMainAgent(tools, wish, signal);
    await agent[Symbol.asyncDispose]();
  } catch (error) {
    // Whoever gave up waiting wants none; the next start goes on with the conversation.
    const left = signal.aborted ? await readMainAgent(session.dir) : undefined;
    if (left !== undefined) await ctx.agents.clear(left, never);
    const message = error instanceof Error ? error.message : String(error);
    await sessions.writeHealth(session.id, { state: 'error', error: message });
    throw error;
  }
  await reportReady(ctx, session);
}

const never = new AbortController().signal;

/** Look whether the main agent is alive and ready; changes nothing but health.json. */
export async function checkSession(
  ctx: AppContext,
  session: Session,
  signal: AbortSignal,
): Promise<SessionHealth> {
  if (session.status !== 'active') return sick(undefined, `it is ${session.status}`);
  if (!(await ctx.sessions.hasFolders(session.id))) {
    return sick('recreate', 'its folders are missing');
  }
  const record = await readMainAgent(session.dir);
  if (record === undefined) return sick('initialize', 'its agent was not started');
  const request = mainAgentRequest(record, placeOf(ctx, session));
  // Another process may drive it: looked at without a connection, which disturbs nobody.
  const { state } = await ctx.agents.explain(request, signal);
  switch (state.kind) {
    case 'lost':
      return sick('restart_tmux', 'the tmux server of its agent is gone');
    case 'exited':
      return sick('restart_agent', `its agent has ended: ${state.evidence.detail}`);
    case 'unknown':
    case 'starting':
      return sick('restart_agent', `its agent does not look alive: ${state.evidence.detail}`);
    case 'asking':
      if (!isInTurn(state.dialog)) {
        return sick(
          'restart_agent',
          `its agent asks (${state.dialog.kind}): ${state.dialog.question}`,
        );
      }
      await reportReady(ctx, session);
      return healthy;
    case 'ready':
    case 'busy':
    case 'finishing':
      await reportReady(ctx, session);
      return healthy;
    default:
      return state satisfies never;
  }
}

/** End a session's main agent, proven gone; true when there was one. */
export async function stopSession(
  ctx: AppContext,
  session: Session,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await readMainAgent(session.dir)) === undefined) return false;
  await using _hold = await holdMainAgent(ctx.store, session, signal);
  const record = await readMainAgent(session.dir);
  if (record === undefined) return false;
  await ctx.agents.clear(record, signal);
  await forgetMainAgent(session.dir);
  await noteMainAgent(ctx.store, {
    sessionId: session.id,
    adapter: undefined,
    at: ctx.clock.now(),
  });
  await ctx.sessions.writeHealth(session.id, { state: 'stopped' });
  return true;
}

/** It waits for a person in the midst of a turn: nothing that a new start would mend. */
function isInTurn({ kind }: Dialog): boolean {
  return kind === 'permission' || kind === 'question';
}

function placeOf({ agentEnvironment, config }: AppContext, { dir }: Session) {
  const policy: PermissionPolicy = { otherwise: config.permission, rules: [] };
  return { sessionDir: dir, environment: agentEnvironment, policy, exchange: undefined };
}

async function reportReady({ sessions, clock }: AppContext, { id }: Session): Promise<void> {
  await sessions.writeHealth(id, {
    state: 'ready',
    tmux_active: true,
    agent_ready: true,
    last_probe: clock.now(),
  });
}

function sick(action: SessionHealth['action'], reason: string): SessionHealth {
  return { isHealthy: false, action, reason };
}
