import { type SessionHealth, toSessionView, toUsageReportView } from '../app/index.ts';
import type { sessionRoutes } from '../contract/index.ts';
import type { Handlers } from './handler.ts';
import { toPage } from './to-page.ts';
import { jobKeyOf } from './idempotency.ts';
import { whoAsks } from './who-asks.ts';

/** What users do with sessions; a session's id in a path is always whole. */
export const sessionHandlers: Handlers<keyof typeof sessionRoutes> = {
  async listSessions({ app, principal, query, signal }) {
    const visibleTo = app.accounts.visibilityOf(whoAsks(principal));
    const { cursor, limit, status, user_id: userId } = query;
    const page = await app.listSessions({ cursor, limit, status, userId, visibleTo }, signal);
    return toPage(page, toSessionView);
  },

  async createSession({ app, principal, body, signal }) {
    const { name, agent, concurrency, max_tokens: tokens, max_cost_usd: cost } = body;
    const budget = { maxTokens: tokens ?? undefined, maxCostUsd: cost ?? undefined };
    const who = whoAsks(principal);
    app.accounts.refuseLimited(who);
    const { userId } = who;
    const wish = { userId, name, agent, concurrency, budget };
    return toSessionView(await app.createSession(wish, signal));
  },

  async getSession({ app, params, signal }) {
    return toSessionView(await app.getSession(params.session_id, signal));
  },

  async setSession({ app, params, body, signal }) {
    const change = { maxTokens: body.max_tokens, maxCostUsd: body.max_cost_usd };
    return toSessionView(await app.setSessionBudget(params.session_id, change, signal));
  },

  async archiveSession({ app, params, signal }) {
    return toSessionView(await app.archiveSession(params.session_id, signal));
  },

  async restoreSession({ app, params, signal }) {
    return toSessionView(await app.restoreSession(params.session_id, signal));
  },

  async deleteSession({ app, params, signal }) {
    await app.deleteSession(params.session_id, signal);
  },

  async startSession({ app, params, signal }) {
    return toHealthView(await app.startSession(params.session_id, signal));
  },

  async stopSession({ app, params, signal }) {
    return { was_running: await app.stopSession(params.session_id, signal) };
  },

  async checkSession({ app, params, signal }) {
    return toHealthView(await app.checkSession(params.session_id, signal));
  },

  async recoverSession({ app, params, signal }) {
    return toHealthView(await app.recoverSession(params.session_id, signal));
  },

  async sessionUsage({ app, params, query: { by }, signal }) {
    const report = await app.reportUsage({ by, session: params.session_id }, signal);
    return toUsageReportView(report, { by });
  },

  async listChat({ app, params, query, signal }) {
    return toPage(await app.listChat(params.session_id, query, signal), (entry) => entry);
  },

  async sendChat(call) {
    const { app, params, body, signal } = call;
    const message = { ...body, idempotencyKey: jobKeyOf(call) };
    return await app.sendChat(params.session_id, message, signal);
  },

  async listFiles({ app, params, query, signal }) {
    const { items, is_cut } = await app.listFiles(params.session_id, query.path, signal);
    return { items: [...items], is_cut };
  },

  async readFile({ app, params, query, signal }) {
    const file = await app.openFile(params.session_id, query.path, signal);
    return {
      // What an agent wrote is shown by nobody's browser as a page of ours.
      contentType: 'application/octet-stream',
      headers: {
        'content-disposition': `attachment; filename*=UTF-8''${encodeName(file.name)}`,
        'content-security-policy': "default-src 'none'; sandbox",
      },
      chunks: file.stream,
    };
  },

  async uploadFile({ app, params, upload, signal }) {
    return await app.saveUpload(params.session_id, params.name, upload, signal);
  },

  async deleteUpload({ app, params, signal }) {
    await app.removeUpload(params.session_id, params.name, signal);
  },

  async listMembers({ app, params, signal }) {
    const { items } = await app.accounts.listMembers(params, signal);
    return { items: [...items] };
  },

  async setMember({ app, params, body, signal }) {
    await app.accounts.setMember({ ...params, ...body }, signal);
  },

  async removeMember({ app, params, signal }) {
    await app.accounts.removeMember(params, signal);
  },
};

function toHealthView({ isHealthy, action, reason }: SessionHealth) {
  return { is_healthy: isHealthy, action: action ?? null, reason: reason ?? null };
}

/** As RFC 8187 has it: encodeURIComponent leaves some characters that it does not allow. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
