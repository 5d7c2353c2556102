import type { accountRoutes } from '../contract/index.ts';
import type { Handlers, ServerCall } from './handler.ts';
import { whoAsks } from './who-asks.ts';

/** What users do with their own accounts, and admins with everybody's. */
export const accountHandlers: Handlers<keyof typeof accountRoutes> = {
  async logIn(call) {
    const { app, body, answer, signal } = call;
    const { me, secret, login } = await app.accounts.logIn({ ...body, ...from(call) }, signal);
    answer.rememberLogin(secret, login.endsAt);
    return me;
  },

  async acceptInvitation(call) {
    const { app, body, answer, signal } = call;
    const wish = { ...body, ...from(call) };
    const { me, secret, login } = await app.accounts.acceptInvitation(wish, signal);
    answer.rememberLogin(secret, login.endsAt);
    return me;
  },

  async getInvitation({ app, body, signal }) {
    return await app.accounts.lookAtInvitation(body, signal);
  },

  async logOut({ app, principal, answer, signal }) {
    await app.accounts.logOut(whoAsks(principal), signal);
    answer.forgetLogin();
  },

  async me({ app, principal, signal }) {
    return await app.accounts.me(whoAsks(principal), signal);
  },

  async setPassword({ app, principal, body, signal }) {
    await app.accounts.setPassword(whoAsks(principal), body, signal);
  },

  async listLogins({ app, principal, signal }) {
    return toItems(await app.accounts.listLogins(whoAsks(principal), signal));
  },

  async endLogin({ app, principal, params, signal }) {
    await app.accounts.endLogin(whoAsks(principal), params, signal);
  },

  async listTokens({ app, principal, signal }) {
    return toItems(await app.accounts.listTokens(whoAsks(principal), signal));
  },

  async createToken({ app, principal, body, signal }) {
    return await app.accounts.createToken(whoAsks(principal), body, signal);
  },

  async revokeToken({ app, principal, params, signal }) {
    await app.accounts.revokeToken(whoAsks(principal), params, signal);
  },

  async listUsers({ app, principal, query, signal }) {
    const page = await app.accounts.listUsers(whoAsks(principal), query, signal);
    return { ...toItems(page), next: page.next };
  },

  async createUser({ app, principal, body, signal }) {
    return await app.accounts.createUser(whoAsks(principal), body, signal);
  },

  async setUser({ app, principal, params, body, signal }) {
    return await app.accounts.setUser(whoAsks(principal), { ...params, ...body }, signal);
  },

  async resetUser({ app, principal, params, signal }) {
    return await app.accounts.resetUser(whoAsks(principal), params, signal);
  },

  async listAudit({ app, principal, query, signal }) {
    const page = await app.accounts.listAudit(whoAsks(principal), query, signal);
    return { ...toItems(page), next: page.next };
  },

  async verifyAudit({ app, principal, signal }) {
    return await app.accounts.verifyAudit(whoAsks(principal), signal);
  },
};

/** Where a login comes from, for the list of one's own logins. */
function from({ headers, address }: Pick<ServerCall, 'headers' | 'address'>) {
  const agent = headers['user-agent'];
  return { address, agent: typeof agent === 'string' ? agent.slice(0, 300) : undefined };
}

function toItems<T>({ items }: { readonly items: readonly T[] }): { items: T[] } {
  return { items: [...items] };
}
