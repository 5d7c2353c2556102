import type { TmuxSessionView } from '../contract/index.ts';
import { shellCommand } from './shell-command.ts';
import { attachCommand } from './attach.ts';
import type { AppContext } from './context.ts';
import { toLiveAgentView } from './live-agent-view.ts';
import { addressOf, pageLiveAgents } from './live-agents.ts';

/** tmux's own session of every live agent; each is on a server of its own. */
export async function tmuxSessions(
  ctx: AppContext,
  signal: AbortSignal,
): Promise<readonly TmuxSessionView[]> {
  const sessions: TmuxSessionView[] = [];
  let cursor: string | undefined;
  do {
    const page = await pageLiveAgents(ctx, { cursor, limit: PAGE }, {}, signal);
    for (const agent of page.items) {
      const { agent_id, is_live, started_at } = toLiveAgentView(agent, ctx.clock.now());
      const address = addressOf(agent);
      if (!is_live || address === undefined) continue;
      sessions.push({
        name: SESSION_NAME,
        agent_id,
        pid: address.server.pid,
        created_at: started_at,
        attach_command: shellCommand(attachCommand(address.socketPath, true)),
      });
    }
    cursor = page.next;
  } while (cursor !== undefined && sessions.length < MOST);
  return sessions;
}

/** As every agent's server calls it. */
const SESSION_NAME = 'agent';
const PAGE = 500;
const MOST = 10_000;
