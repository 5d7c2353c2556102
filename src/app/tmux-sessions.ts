import type { TmuxSessionView } from '../contract/index.ts';
import { shellCommand } from './shell-command.ts';
import { attachCommand } from './attach.ts';
import type { AppContext } from './context.ts';
import { getAgent, listLiveAgents } from './live-agents.ts';

/** tmux's own session of every live agent; each is on a server of its own. */
export async function tmuxSessions(
  ctx: AppContext,
  signal: AbortSignal,
): Promise<readonly TmuxSessionView[]> {
  const sessions: TmuxSessionView[] = [];
  let cursor: string | undefined;
  do {
    const page = await listLiveAgents(ctx, { cursor, limit: PAGE }, {}, signal);
    for (const { agent_id, is_live, started_at } of page.items) {
      const { record, facts } = await getAgent(ctx, agent_id, signal);
      const address = record === undefined ? facts.work?.attempt.address : record.address;
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
