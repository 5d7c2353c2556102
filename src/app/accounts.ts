import type {
  Access,
  AuditCheckView,
  AuditView,
  LoginView,
  MemberView,
  MeView,
  Role,
  TokenView,
  UserView,
} from '../contract/index.ts';
import type { AuditQuery } from '../audit/index.ts';
import type { Visibility } from '../sessions/index.ts';
import {
  type Credential,
  ForbiddenError,
  type Invited,
  type OnRevoked,
  type Principal,
  type Ticket,
  type UserQuery,
} from '../users/index.ts';
import {
  toAuditCheckView,
  toAuditView,
  toMemberView,
  toMeView,
  toTokenView,
  toUserView,
} from './account-views.ts';
import { authenticate, authorize, refuseLimited } from './accounts-authorize.ts';
import { type AccountsContext, type Actor, record, type RecordInput } from './accounts-context.ts';
import {
  acceptInvitation,
  type AcceptInput,
  listOwnLogins,
  type LoggedIn,
  logIn,
  type LogInInput,
  setOwnPassword,
} from './accounts-log-in.ts';
import { createToken, type TokenInput } from './accounts-tokens.ts';
import { toTime } from './to-time.ts';

/** For callers that never give up waiting. */
const never = new AbortController().signal;

interface List<T> {
  readonly items: readonly T[];
}

interface Page<T> extends List<T> {
  readonly next: string | null;
}

export interface InvitationLink {
  /** Path and fragment of the page that takes the code; it stands behind `#` and so in no log. */
  readonly invitation_path: string;
  readonly invitation_expires_at: string;
}

export interface InvitedView extends UserView, InvitationLink {}

/** Whose tokens are meant, and whether by a token of theirs that is for one session. */
type TokenHolder = Pick<Principal, 'userId' | 'sessionId'>;

/**
 * Users, logins, tokens, rights and the audit log: who may come in, and what they may do. Doors
 * call it, and record what they do before they do it.
 *
 * Inputs have the names of the routes' parameters and bodies; results are their views. Whatever
 * takes rights away has been told to `onRevoked` when its promise resolves.
 */
export class Accounts {
  readonly #ctx: AccountsContext;

  constructor(ctx: AccountsContext) {
    this.#ctx = ctx;
  }

  /** Who shows a login or a token; undefined when it is unknown, ended, expired or disabled. */
  async authenticate(
    credential: Credential,
    signal: AbortSignal = never,
  ): Promise<Principal | undefined> {
    return await authenticate(this.#ctx, credential, signal);
  }

  /**
   * Throw unless a principal may use a route with these path parameters; see `Access`.
   *
   * @throws {CodedError} `auth.login-required`, `auth.forbidden`; for what they may not see the
   * error that there is no such thing.
   */
  async authorize(
    principal: Principal | undefined,
    access: Access,
    params: Readonly<Record<string, string>>,
    signal: AbortSignal = never,
  ): Promise<void> {
    await authorize(this.#ctx, principal, { access, params }, signal);
  }

  /** Throw for a token that is for one session alone, where something is made outside of it. */
  refuseLimited(principal: Principal): void {
    refuseLimited(principal);
  }

  /** What lists are narrowed to; `{}` for admins is everything. */
  visibilityOf({ role, userId, sessionId }: Principal): Visibility {
    return {
      ...(role === 'admin' ? {} : { userId }),
      ...(sessionId === undefined ? {} : { sessionId }),
    };
  }

  /**
   * Write down who is about to do what; without a principal: the command line, or somebody who is
   * not logged in. On disk when it resolves; when it rejects, the action must not be done.
   *
   * @throws {CodedError} `audit.cannot-write`, `audit.busy`.
   */
  async record(
    principal: Principal | undefined,
    entry: RecordInput,
    signal: AbortSignal = never,
  ): Promise<void> {
    await record(this.#ctx, principal, entry, signal);
  }

  /**
   * Hear the id of each login or token whose rights ended or changed, here or by another process,
   * until disposed: close what was opened by it. One that is still good may come again.
   */
  onRevoked(listener: OnRevoked): Disposable {
    return this.#ctx.revocations.listen(listener);
  }

  /** A ticket that opens one WebSocket within 30 s, here. */
  issueTicket(principal: Principal): Ticket {
    return this.#ctx.tickets.issue(principal);
  }

  /** Use a ticket up. Authorize what it is used for: rights may have changed since it was given. */
  redeemTicket(ticket: string): Principal | undefined {
    return this.#ctx.tickets.redeem(ticket);
  }

  /** Whether nobody can log in as an admin yet. */
  async needsFirstAdmin(signal: AbortSignal = never): Promise<boolean> {
    return await this.#ctx.users.needsFirstAdmin(signal);
  }

  /** Path of the one-time link of the first admin, made anew; undefined when there is an admin. */
  async firstAdminLink(signal: AbortSignal = never): Promise<string | undefined> {
    if (!(await this.needsFirstAdmin(signal))) return undefined;
    await record(this.#ctx, undefined, { action: 'user.first-admin-invited' }, signal);
    const invited = await this.#ctx.users.inviteFirstAdmin(signal);
    return invited && toLink(invited).invitation_path;
  }

  async logIn(input: LogInInput, signal: AbortSignal = never): Promise<LoggedIn> {
    return await logIn(this.#ctx, input, signal);
  }

  /** End the login by which this comes. A token is revoked, not logged out. */
  async logOut(principal: Principal, signal: AbortSignal = never): Promise<void> {
    const { userId, credentialId, via } = principal;
    if (via === 'token') throw new ForbiddenError('An API token is no login.');
    await record(this.#ctx, principal, { action: 'login.ended', subject: credentialId }, signal);
    await this.#ctx.logins.end(userId, credentialId, signal);
    await this.#settle();
  }

  async lookAtInvitation(
    { code }: { readonly code: string },
    signal: AbortSignal = never,
  ): Promise<{ name: string; role: Role; is_first: boolean }> {
    const { user, isFirst } = await this.#ctx.users.lookAtInvitation(code, signal);
    return { name: user.name, role: user.role, is_first: isFirst };
  }

  async acceptInvitation(input: AcceptInput, signal: AbortSignal = never): Promise<LoggedIn> {
    return await acceptInvitation(this.#ctx, input, signal);
  }

  async me(principal: Principal, signal: AbortSignal = never): Promise<MeView> {
    return toMeView(await this.#ctx.users.get(principal.userId, signal), principal);
  }

  /** @throws {CodedError} `auth.wrong-password`, `auth.locked`, `user.weak-password`. */
  async setPassword(
    principal: Principal,
    input: { readonly old: string; readonly password: string },
    signal: AbortSignal = never,
  ): Promise<void> {
    refuseLimited(principal);
    await setOwnPassword(this.#ctx, principal, input, signal);
  }

  async listLogins(principal: Principal, signal: AbortSignal = never): Promise<List<LoginView>> {
    refuseLimited(principal);
    return await listOwnLogins(this.#ctx, principal, signal);
  }

  /** @throws {CodedError} `login.not-found`. */
  async endLogin(
    principal: Principal,
    { login_id: id }: { readonly login_id: string },
    signal: AbortSignal = never,
  ): Promise<void> {
    refuseLimited(principal);
    await this.#ctx.logins.end(principal.userId, id, signal);
    await this.#settle();
  }

  /** One's own; for the owner of the data directory everybody's. */
  async listTokens(
    actor: TokenHolder | 'owner',
    signal: AbortSignal = never,
  ): Promise<List<TokenView>> {
    const userId = holderOf(actor);
    return { items: (await this.#ctx.tokens.list(userId, signal)).map(toTokenView) };
  }

  /** @throws {CodedError} `auth.forbidden`, `session.not-found`, `token.too-many`. */
  async createToken(
    { userId, role, sessionId, via, expiresAt }: Principal,
    input: TokenInput,
    signal: AbortSignal = never,
  ): Promise<TokenView & { readonly token: string }> {
    const tokenEnds = via === 'token' ? expiresAt : undefined;
    return await createToken(this.#ctx, { userId, role, sessionId, tokenEnds }, input, signal);
  }

  /** The same for somebody else, by id or name: what the command line does. */
  async createTokenFor(
    reference: string,
    input: TokenInput,
    signal: AbortSignal = never,
  ): Promise<TokenView & { readonly token: string }> {
    const { id: userId, role } = await this.#ctx.users.get(reference, signal);
    const giver = { userId, role, sessionId: undefined, tokenEnds: undefined };
    return await createToken(this.#ctx, giver, input, signal);
  }

  /** @throws {CodedError} `token.not-found`. */
  async revokeToken(
    actor: TokenHolder | 'owner',
    { token_id: id }: { readonly token_id: string },
    signal: AbortSignal = never,
  ): Promise<void> {
    const userId = holderOf(actor);
    await this.#ctx.tokens.revoke(userId, id, signal);
    await this.#settle();
  }

  /** A user by id or name. @throws {CodedError} `user.not-found`. */
  async getUser(
    actor: Actor,
    { user_id: reference }: { readonly user_id: string },
    signal: AbortSignal = never,
  ): Promise<UserView> {
    requireAdmin(actor);
    return toUserView(await this.#ctx.users.get(reference, signal));
  }

  async listUsers(
    actor: Actor,
    query: UserQuery,
    signal: AbortSignal = never,
  ): Promise<Page<UserView>> {
    requireAdmin(actor);
    const { items, next } = await this.#ctx.users.list(query, signal);
    return { items: items.map(toUserView), next: next ?? null };
  }

  /** @throws {CodedError} `user.bad-name`, `user.name-taken`. */
  async createUser(
    actor: Actor,
    { name, role }: { readonly name: string; readonly role: Role },
    signal: AbortSignal = never,
  ): Promise<InvitedView> {
    requireAdmin(actor);
    const invited = await this.#ctx.users.create({ name, role }, signal);
    return { ...toUserView(invited.user), ...toLink(invited) };
  }

  /** @throws {CodedError} `user.not-found`, `users.last-admin`. */
  async setUser(
    actor: Actor,
    input: {
      /** Or a name. */
      readonly user_id: string;
      readonly role?: Role | undefined;
      readonly is_disabled?: boolean | undefined;
    },
    signal: AbortSignal = never,
  ): Promise<UserView> {
    requireAdmin(actor);
    const change = { role: input.role, isDisabled: input.is_disabled };
    const user = await this.#ctx.users.set(input.user_id, change, signal);
    await this.#settle();
    return toUserView(user);
  }

  /** @throws {CodedError} `user.not-found`. */
  async resetUser(
    actor: Actor,
    { user_id: reference }: { readonly user_id: string },
    signal: AbortSignal = never,
  ): Promise<InvitationLink> {
    requireAdmin(actor);
    return toLink(await this.#ctx.users.invite(reference, signal));
  }

  async listMembers(
    { session_id: sessionId }: { readonly session_id: string },
    signal: AbortSignal = never,
  ): Promise<List<MemberView>> {
    return { items: (await this.#ctx.members.list(sessionId, signal)).map(toMemberView) };
  }

  /** @throws {CodedError} `user.not-found`, `member.is-owner`. */
  async setMember(
    input: {
      readonly session_id: string;
      readonly user_id: string;
      readonly role: MemberView['role'];
    },
    signal: AbortSignal = never,
  ): Promise<void> {
    const wish = { user: input.user_id, role: input.role };
    await this.#ctx.members.set(input.session_id, wish, signal);
    await this.#settle();
  }

  /** @throws {CodedError} `user.not-found`. */
  async removeMember(
    input: { readonly session_id: string; readonly user_id: string },
    signal: AbortSignal = never,
  ): Promise<void> {
    await this.#ctx.members.remove(input.session_id, input.user_id, signal);
    await this.#settle();
  }

  /** @throws {CodedError} `list.bad-cursor`. */
  async listAudit(
    actor: Actor,
    input: Omit<AuditQuery, 'userId'> & { readonly user_id?: string | undefined },
    signal: AbortSignal = never,
  ): Promise<Page<AuditView>> {
    requireAdmin(actor);
    const { user_id: userId, ...query } = input;
    const { items, next } = await this.#ctx.audit.list({ ...query, userId }, signal);
    return { items: items.map(toAuditView), next: next ?? null };
  }

  async verifyAudit(actor: Actor, signal: AbortSignal = never): Promise<AuditCheckView> {
    requireAdmin(actor);
    return toAuditCheckView(await this.#ctx.audit.verify(signal));
  }

  async #settle(): Promise<void> {
    await this.#ctx.revocations.settle();
  }
}

/** `undefined` for everybody. A token for one session says nothing of its user's others. */
function holderOf(actor: TokenHolder | 'owner'): string | undefined {
  if (actor === 'owner') return undefined;
  refuseLimited(actor);
  return actor.userId;
}

/** Doors ask `authorize` first; what would be worst to forget is asked twice. */
function requireAdmin(actor: Actor): void {
  if (actor === 'owner' || (actor.role === 'admin' && actor.sessionId === undefined)) return;
  throw new ForbiddenError('This needs the role admin.', { needed: 'admin' });
}

function toLink({ invitation: { code, expiresAt } }: Invited): InvitationLink {
  return {
    invitation_path: `/invitation#${code}`,
    invitation_expires_at: toTime(expiresAt),
  };
}
