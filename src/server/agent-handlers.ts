import { toAgentView, toTime } from '../app/index.ts';
import type { agentRoutes } from '../contract/index.ts';
import { agentLogStream } from './agent-log-stream.ts';
import type { ServerContext } from './context.ts';
import type { Handlers } from './handler.ts';
import { toPage } from './to-page.ts';
import { whoAsks } from './who-asks.ts';

/** What users do with agents, and what this machine has of them. */
export function makeAgentHandlers({
  clock,
  log,
}: ServerContext): Handlers<keyof typeof agentRoutes> {
  return {
    async listAgents({ app, principal, query, signal }) {
      const { session_id: sessionId, cursor, limit } = query;
      const visibility = app.accounts.visibilityOf(whoAsks(principal));
      const page = await app.listLiveAgents({ sessionId, cursor, limit }, visibility, signal);
      return toPage(page, (agent) => agent);
    },

    async getAgent({ app, params, signal }) {
      return await app.getLiveAgent(params.agent_id, signal);
    },

    async explainAgent({ app, params, signal }) {
      return await app.explainLiveAgent(params.agent_id, signal);
    },

    async agentLogs(call) {
      return await agentLogStream(call, { clock, log });
    },

    async attachTerminal({ app, params, body, signal }) {
      const wish = { isReadOnly: body.is_read_only };
      return await app.openLocalTerminal(params.agent_id, wish, signal);
    },

    async issueTicket({ app, principal }) {
      const { ticket, expiresAt } = app.accounts.issueTicket(whoAsks(principal));
      return { ticket, expires_at: toTime(expiresAt) };
    },

    async listInstalled({ app, signal }) {
      return { items: (await app.listAgents(signal)).map(toAgentView) };
    },

    async listTemplates({ app }) {
      const items = (await app.listTemplates()).map((template) => ({
        name: template.name,
        description: template.description,
        time_limit_ms: template.timeLimitMs,
        needs_files: template.needsFiles,
        agent: template.agent ?? null,
        path: template.path,
      }));
      return { items };
    },

    async listWorkers({ app, signal }) {
      const items = (await app.listWorkers(signal)).map((worker) => ({
        worker_id: worker.id,
        host: worker.host,
        pid: worker.pid,
        concurrency: worker.concurrency,
        started_at: toTime(worker.startedAt),
        heartbeat_at: toTime(worker.heartbeatAt),
      }));
      return { items };
    },

    async tmuxSessions({ app, signal }) {
      return { sessions: [...(await app.tmuxSessions(signal))] };
    },
  };
}
