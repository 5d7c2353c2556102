import { z } from 'zod';
import {
  explanationView,
  liveAgentView,
  ticketView,
  tmuxSessionView,
  workerView,
} from './live-views.ts';
import { idText, inOwn, loggedIn, pageOf, pageQuery, route, seen, withRole } from './route.ts';
import { attachmentView, templateView } from './setup-views.ts';
import { agentView } from './views.ts';

const params = z.strictObject({ agent_id: idText });
const tag = 'agents';

export const agentRoutes = {
  listAgents: route('GET', '/api/agents', {
    tag,
    summary: 'List the agents that are alive, newest first',
    access: seen,
    query: pageQuery.extend({ session_id: idText.optional() }),
    reply: pageOf(liveAgentView),
  }),
  getAgent: route('GET', '/api/agents/:agent_id', {
    tag,
    summary: 'Show an agent',
    access: inOwn('viewer', 'agent_id'),
    params,
    reply: liveAgentView,
  }),
  explainAgent: route('GET', '/api/agents/:agent_id/explain', {
    tag,
    summary: 'What an agent does now, and on what evidence',
    access: inOwn('viewer', 'agent_id'),
    params,
    reply: explanationView,
  }),
  /** SSE: `data: {"output"}`, at first the last lines, then what is printed; `event: end`. */
  agentLogs: route('GET', '/api/agents/:agent_id/logs', {
    tag,
    summary: 'Follow what an agent prints, as text (SSE)',
    access: inOwn('viewer', 'agent_id'),
    params,
    query: z.strictObject({ tail: z.coerce.number().int().min(0).max(5_000).default(200) }),
    kind: 'stream',
    audit: 'terminal.followed',
  }),
  attachTerminal: route('POST', '/api/agents/:agent_id/attach-terminal', {
    tag,
    summary: 'The command that shows its terminal; opens one where the server has a desktop',
    access: inOwn('operator', 'agent_id'),
    params,
    body: z.strictObject({ is_read_only: z.boolean().default(true) }),
    reply: attachmentView.extend({ status: z.enum(['terminal_opened', 'command_only']) }),
    audit: 'terminal.attached',
  }),
  issueTicket: route('POST', '/api/terminal/tickets', {
    tag,
    summary: 'Get a ticket to open the terminal socket with; it is good once, for seconds',
    access: loggedIn,
    reply: ticketView,
    status: 201,
  }),
  listInstalled: route('GET', '/api/installed-agents', {
    tag,
    summary: 'Which agents this machine has, and whether they are ready to use',
    access: loggedIn,
    reply: z.object({ items: z.array(agentView) }),
  }),
  listTemplates: route('GET', '/api/templates', {
    tag: 'jobs',
    summary: 'Templates of prompts',
    access: loggedIn,
    reply: z.object({ items: z.array(templateView) }),
  }),
  listWorkers: route('GET', '/api/workers', {
    tag: 'system',
    summary: 'Workers that run now',
    access: loggedIn,
    reply: z.object({ items: z.array(workerView) }),
  }),
  tmuxSessions: route('GET', '/api/tmux/sessions', {
    tag,
    summary: 'The tmux session of each live agent',
    access: withRole('admin'),
    reply: z.object({ sessions: z.array(tmuxSessionView) }),
  }),
} as const;
