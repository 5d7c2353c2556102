import type { siteRoutes } from '../contract/index.ts';
import type { Handlers } from './handler.ts';
import { jobKeyOf } from './idempotency.ts';
import { siteFile } from './site-file.ts';
import { whoAsks } from './who-asks.ts';

/** What users do with sites; ids of sessions and executions in a path are always whole. */
export const siteHandlers: Handlers<keyof typeof siteRoutes> = {
  async estimateSite({ app, principal, body, signal }) {
    const who = whoAsks(principal);
    // What the user's other sites cost is no business of a token for one session.
    app.accounts.refuseLimited(who);
    return await app.sites.estimate({ ...body, userId: who.userId }, signal);
  },

  async createSite({ app, principal, body, signal }) {
    const who = whoAsks(principal);
    app.accounts.refuseLimited(who);
    return await app.sites.create({ ...body, userId: who.userId }, signal);
  },

  async listSites({ app, principal, query, signal }) {
    const visibility = app.accounts.visibilityOf(whoAsks(principal));
    const { items, next } = await app.sites.list(query, visibility, signal);
    return { items: [...items], next };
  },

  async getSite({ app, params, signal }) {
    return await app.sites.get(params.session_id, signal);
  },

  async listExecutions({ app, params, signal }) {
    return { items: [...(await app.sites.executions(params.session_id, signal))] };
  },

  async listReleases({ app, params, signal }) {
    return { items: [...(await app.sites.releases(params.session_id, signal))] };
  },

  async diffSite({ app, params, signal }) {
    return await app.sites.diff(params.session_id, signal);
  },

  async siteLogs({ app, params, query, signal }) {
    return { lines: [...(await app.sites.logs(params.session_id, query.lines, signal))] };
  },

  async readSiteFile({ app, params, query, signal }) {
    return siteFile(await app.sites.openArtefact(params.session_id, query.path, signal));
  },

  async redeploySite({ app, params, signal }) {
    return await app.sites.redeploy(params.session_id, signal);
  },

  async rollbackSite({ app, params, body, signal }) {
    return await app.sites.rollback(params.session_id, body.release_id, signal);
  },

  async destroySite({ app, params, signal }) {
    return await app.sites.destroy(params.session_id, signal);
  },

  async getExecution({ app, params, signal }) {
    return await app.sites.execution(params.execution_id, signal);
  },

  async cancelExecution({ app, params, signal }) {
    return await app.sites.cancel(params.execution_id, signal);
  },

  async retryStep({ app, params, signal }) {
    return await app.sites.retryStep(params.execution_id, params.step, signal);
  },

  async skipStep({ app, params, signal }) {
    return await app.sites.skipStep(params.execution_id, params.step, signal);
  },

  async rerunFromStep({ app, params, signal }) {
    return await app.sites.rerunFrom(params.execution_id, params.step, signal);
  },

  async readStepLog({ app, params, query, signal }) {
    const { execution_id: id, step } = params;
    const { lines, is_cut } = await app.sites.stepLog(id, step, query.after, signal);
    return { lines: [...lines], is_cut };
  },

  async createUserWithSite({ app, body, signal }) {
    const { host_provider: provider, site_type: type, ...wish } = body;
    return await app.sites.createForPerson({ ...wish, provider, type }, signal);
  },

  async listUserSessions({ app, principal, params, query, signal }) {
    const visibility = app.accounts.visibilityOf(whoAsks(principal));
    const { items, next } = await app.sites.userSessions(params.user_id, query, visibility, signal);
    return { items: [...items], next };
  },

  async chatWithSite(call) {
    const { app, params, body, signal } = call;
    const message = { text: body.message, idempotencyKey: jobKeyOf(call) };
    const job = await app.sites.chat(params.execution_id, message, signal);
    if (!body.redeploy) return { ...job, execution_id: null };
    const { execution_id: id } = await app.sites.redeploy(job.session_id, signal);
    return { ...job, execution_id: id };
  },

  async siteChatHistory({ app, params, signal }) {
    return await app.sites.chatHistory(params.execution_id, signal);
  },

  async redeployExecution({ app, params, signal }) {
    const { session_id: sessionId } = await app.sites.execution(params.execution_id, signal);
    const { execution_id, user_id, session_id } = await app.sites.redeploy(sessionId, signal);
    return { execution_id, user_id, session_id };
  },
};
