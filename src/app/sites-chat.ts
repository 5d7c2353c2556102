import { stripVTControlCharacters } from 'node:util';
import { CodedError } from '../base/index.ts';
import type * as view from '../contract/index.ts';
import { findTmux, isPaneId, lookOnce } from '../tmux/index.ts';
import { type ChatEntry, listChat, sendChat } from './chat.ts';
import type { SitesContext } from './sites-context.ts';
import { addressOf, getAgent } from './live-agents.ts';
import { getExecution } from './sites-list.ts';

/** Send the agent of an execution's session a message. */
export async function chatWithSite(
  ctx: SitesContext,
  reference: string,
  message: { readonly text: string; readonly idempotencyKey?: string | undefined },
  signal: AbortSignal,
): Promise<view.JobView> {
  const { sessionId } = await getExecution(ctx, reference, signal);
  return await sendChat(ctx.app, sessionId, message, signal);
}

/** The newest 50 messages and their answers, oldest first, and what the agent's terminal shows. */
export async function readChatHistory(
  ctx: SitesContext,
  reference: string,
  signal: AbortSignal,
): Promise<view.ChatHistoryView> {
  const { id, sessionId } = await getExecution(ctx, reference, signal);
  const { items } = await listChat(ctx.app, sessionId, { limit: 50 }, signal);
  return {
    execution_id: id,
    session_id: sessionId,
    messages: items.toReversed().flatMap(messagesOf),
    output: await screenOf(ctx, sessionId, signal),
  };
}

function messagesOf(entry: ChatEntry): view.ChatHistoryView['messages'] {
  const { job_id, status } = entry;
  const asked = { job_id, role: 'user', text: entry.prompt, at: entry.created_at, status } as const;
  if (entry.output === null) return [asked];
  const at = entry.settled_at ?? entry.created_at;
  return [asked, { job_id, role: 'agent', text: entry.output, at, status }];
}

const LOOK_LIMIT_MS = 5_000;

/** Null while the agent has no terminal, or it does not answer. */
async function screenOf(
  { app }: SitesContext,
  sessionId: string,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const agent = await getAgent(app, sessionId, signal);
    const address = agent.isLive ? addressOf(agent) : undefined;
    if (address === undefined || !isPaneId(address.paneId)) return null;
    const { path: tmuxPath } = await findTmux({ environment: app.agentEnvironment }, signal);
    const { socketPath, paneId } = address;
    const look = await lookOnce(
      { tmuxPath, socketPath, paneId, deadlineMs: LOOK_LIMIT_MS },
      signal,
    );
    return look === undefined ? null : look.styledRows.map(stripVTControlCharacters).join('\n');
  } catch (error) {
    if (error instanceof CodedError) return null;
    throw error;
  }
}
