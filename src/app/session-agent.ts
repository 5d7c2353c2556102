import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AgentRequest } from '../agents/index.ts';
import { CodedError, systemCode, writeFileAtomic } from '../base/index.ts';
import type { Session } from '../sessions/index.ts';
import type { AppContext } from './context.ts';
import { resolveAgent } from './resolve-agent.ts';
import { socketPathOf } from './socket-path.ts';

/** Where a session's main agent is; lies in `state/agent.json`. */
const recordSchema = z.object({
  version: z.literal(1),
  adapter: z.string(),
  number: z.int(),
  nonce: z.string(),
  runId: z.string(),
  conversationId: z.string(),
  socketPath: z.string(),
  address: z
    .object({
      socketPath: z.string(),
      server: z.object({ pid: z.int(), startTime: z.string() }),
      paneId: z.string(),
    })
    .optional(),
});
type MainAgent = z.infer<typeof recordSchema>;

export interface SessionHealth {
  readonly isHealthy: boolean;
  /** What `recover` would do, in the words of the documents this program began with. */
  readonly action: 'recreate' | 'initialize' | 'restart_tmux' | 'restart_agent' | undefined;
  readonly reason: string | undefined;
}

/**
 * Start a session's main agent: folders, then tmux and the agent, then the handshake, which is
 * the adapter's own readiness. `state/health.json` tells how far it got. A healthy one is left
 * alone: it holds a conversation.
 *
 * @throws {CodedError} the agent's own errors: not installed, blocked by a dialog, not ready.
 */
export async function startSession(
  ctx: AppContext,
  session: Session,
  signal: AbortSignal,
): Promise<SessionHealth> {
  const health = await checkSession(ctx, session, signal);
  return health.isHealthy ? health : await startAnew(ctx, session, signal);
}

async function startAnew(
  ctx: AppContext,
  session: Session,
  signal: AbortSignal,
): Promise<SessionHealth> {
  const { sessions } = ctx;
  await sessions.makeFolders(session.id);
  await sessions.writeHealth(session.id, { state: 'folder_created' });
  const before = await readRecord(session);
  if (before !== undefined) await ctx.agents.clear(before, signal);
  const record = await newRecord(ctx, session, before, signal);
  await writeRecord(session, record);
  try {
    await handshake(ctx, session, record, signal);
  } catch (error) {
    await ctx.agents.clear(record, new AbortController().signal);
    const message = error instanceof Error ? error.message : String(error);
    await sessions.writeHealth(session.id, { state: 'error', error: message });
    throw error;
  }
  return { isHealthy: true, action: undefined, reason: undefined };
}

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
  const record = await readRecord(session);
  if (record === undefined) return sick('initialize', 'its agent was not started');
  const agent = await ctx.agents.adopt(requestOf(ctx, session, record), record.address, signal);
  if (agent === undefined) return sick('restart_tmux', 'the tmux server of its agent is gone');
  await using held = agent;
  using limit = ctx.clock.deadline(ctx.config.startLimitMs, notReady(session));
  try {
    await held.untilReady(AbortSignal.any([signal, limit.signal]));
  } catch (error) {
    if (!(error instanceof CodedError) || signal.aborted) throw error;
    return sick('restart_agent', error.message);
  }
  await reportReady(ctx, session);
  return { isHealthy: true, action: undefined, reason: undefined };
}

/** Bring a session's main agent back to health; a healthy one is left alone. */
export async function recoverSession(
  ctx: AppContext,
  session: Session,
  signal: AbortSignal,
): Promise<SessionHealth> {
  const health = await checkSession(ctx, session, signal);
  if (health.isHealthy) return health;
  await startAnew(ctx, session, signal);
  return health;
}

/** End a session's main agent, proven gone; true when there was one. */
export async function stopSession(
  { agents, sessions }: AppContext,
  session: Session,
  signal: AbortSignal,
): Promise<boolean> {
  const record = await readRecord(session);
  if (record === undefined) return false;
  await agents.clear(record, signal);
  await rm(recordPath(session), { force: true });
  await sessions.writeHealth(session.id, { state: 'stopped' });
  return true;
}

async function handshake(
  ctx: AppContext,
  session: Session,
  record: MainAgent,
  signal: AbortSignal,
): Promise<void> {
  const request = requestOf(ctx, session, record);
  await mkdir(request.exchange.eventsDir, { recursive: true });
  await using agent = await ctx.agents.start(request, signal);
  await writeRecord(session, { ...record, address: agent.address });
  await ctx.sessions.writeHealth(session.id, { state: 'tmux_started', tmux_active: true });
  using limit = ctx.clock.deadline(ctx.config.startLimitMs, notReady(session));
  await agent.untilReady(AbortSignal.any([signal, limit.signal]));
  await reportReady(ctx, session);
}

async function reportReady({ sessions, clock }: AppContext, { id }: Session): Promise<void> {
  await sessions.writeHealth(id, {
    state: 'ready',
    tmux_active: true,
    agent_ready: true,
    last_probe: clock.now(),
  });
}

async function newRecord(
  ctx: AppContext,
  session: Session,
  before: MainAgent | undefined,
  signal: AbortSignal,
): Promise<MainAgent> {
  const adapter = await resolveAgent(ctx, { agent: session.agent }, { agent: undefined }, signal);
  const nonce = ctx.ids.nonce();
  return {
    version: 1,
    adapter,
    number: (before?.number ?? 0) + 1,
    nonce,
    runId: `${session.id}.main.${nonce}`,
    conversationId: ctx.ids.uuid(),
    socketPath: socketPathOf(ctx.runtimeDir, nonce),
  };
}

function requestOf(ctx: AppContext, session: Session, record: MainAgent): AgentRequest {
  const dir = join(session.dir, 'state', `agent-${record.number}`);
  return {
    adapter: record.adapter,
    exchange: {
      dir,
      promptPath: join(dir, 'prompt.md'),
      outputPath: join(dir, `output-${record.nonce}.md`),
      eventsDir: join(dir, 'events'),
      nonce: record.nonce,
      instruction: undefined,
    },
    directory: join(session.dir, 'source'),
    isDirectoryOurs: true,
    environment: ctx.agentEnvironment,
    socketPath: record.socketPath,
    runId: record.runId,
    conversationId: record.conversationId,
    model: ctx.config.model,
    permission: ctx.config.permission,
    command: undefined,
  };
}

function recordPath(session: Session): string {
  return join(session.dir, 'state', 'agent.json');
}

async function readRecord(session: Session): Promise<MainAgent | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(recordPath(session), 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeRecord(session: Session, record: MainAgent): Promise<void> {
  const content = `${JSON.stringify(record, undefined, 2)}\n`;
  await writeFileAtomic(recordPath(session), content, { durable: true });
}

function sick(action: SessionHealth['action'], reason: string): SessionHealth {
  return { isHealthy: false, action, reason };
}

function notReady(session: Session): CodedError {
  return new CodedError(
    'session.agent-not-ready',
    `The agent of session ${session.id} is not ready.`,
    {
      facts: { sessionId: session.id },
      todo: `Restart it: tmux-builder session recover ${session.id}`,
    },
  );
}
