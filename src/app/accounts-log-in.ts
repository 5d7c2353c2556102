import { hasCode } from '../base/index.ts';
import type { MeView } from '../contract/index.ts';
import {
  checkPassword,
  type Login,
  type Principal,
  type Trier,
  type User,
  WrongLoginError,
} from '../users/index.ts';
import { toLoginView, toMeView } from './account-views.ts';
import { type AccountsContext, record } from './accounts-context.ts';

export interface LogInInput {
  readonly name: string;
  readonly password: string;
  /** What the browser calls itself. */
  readonly agent?: string | undefined;
  readonly address?: string | undefined;
}

export interface AcceptInput {
  readonly code: string;
  /** Only the first admin chooses one. */
  readonly name?: string | undefined;
  readonly password: string;
  readonly agent?: string | undefined;
  readonly address?: string | undefined;
}

export interface LoggedIn {
  /** For the cookie; given this once. */
  readonly secret: string;
  /** A browser keeps the cookie until `endsAt`: it ends before only where it is not used. */
  readonly login: Pick<Login, 'id' | 'createdAt' | 'expiresAt' | 'endsAt'>;
  readonly me: MeView;
}

/**
 * Log in by name and password. Success and failure are in the audit log; the name of somebody who
 * does not exist is not, for people type passwords there.
 *
 * @throws {CodedError} `auth.wrong-login`, `auth.locked`, `auth.busy`.
 */
export async function logIn(
  ctx: AccountsContext,
  { name, password, agent, address }: LogInInput,
  signal: AbortSignal,
): Promise<LoggedIn> {
  const trier = { name, address };
  const { locks } = await ctx.lockOut.begin(trier, signal);
  const { user, hash } = await ctx.users.findWithHash({ name }, signal);
  // Whoever is disabled is told apart by nothing, not even the time it takes.
  const usable = user?.isDisabled === true ? undefined : hash;
  const { isRight, isDated } = await verify(ctx, { trier, password, hash: usable }, signal);
  if (!isRight || user === undefined || usable === undefined) {
    const data = user === undefined ? { name: 'unknown', locks } : { name: user.name, locks };
    const action = 'login.failed';
    await record(ctx, undefined, { action, subject: user?.id, address, data }, signal);
    throw new WrongLoginError();
  }
  await record(
    ctx,
    asActor(user),
    { action: 'login.succeeded', subject: user.id, address },
    signal,
  );
  await ctx.lockOut.succeed(trier, signal);
  if (isDated) await ctx.users.rehash(user.id, password, usable, signal);
  return await begin(ctx, user, { agent, address }, signal);
}

/**
 * Set a password by a one-time link, and log in.
 *
 * @throws {CodedError} `invitation.not-found`, `user.weak-password`, `user.bad-name`,
 * `user.name-taken`.
 */
export async function acceptInvitation(
  ctx: AccountsContext,
  { code, name, password, agent, address }: AcceptInput,
  signal: AbortSignal,
): Promise<LoggedIn> {
  const { user: invited } = await ctx.users.lookAtInvitation(code, signal);
  // What is refused anyway is not told as done.
  checkPassword(password, invited.name);
  const entry = { action: 'invitation.accepted', subject: invited.id, address };
  await record(ctx, asActor(invited), entry, signal);
  const user = await ctx.users.acceptInvitation({ code, name, password }, signal);
  await ctx.revocations.settle();
  return await begin(ctx, user, { agent, address }, signal);
}

async function begin(
  ctx: AccountsContext,
  user: User,
  from: Pick<LogInInput, 'agent' | 'address'>,
  signal: AbortSignal,
): Promise<LoggedIn> {
  const { login, secret } = await ctx.logins.create({ userId: user.id, ...from }, signal);
  const { role } = user;
  const me = toMeView(user, { role, via: 'login', expiresAt: login.expiresAt });
  return { secret, login, me };
}

interface Try {
  readonly trier: Trier;
  readonly password: string;
  readonly hash: string | undefined;
}

async function verify(
  { passwords, lockOut }: AccountsContext,
  { trier, password, hash }: Try,
  signal: AbortSignal,
) {
  try {
    return await passwords.verify(password, hash);
  } catch (error) {
    if (hasCode(error, 'auth.busy')) {
      await lockOut.withdraw(trier, signal);
    }
    throw error;
  }
}

/** Change one's own password: the old one is guessed as slowly as at a login. */
export async function setOwnPassword(
  ctx: AccountsContext,
  principal: Principal,
  { old, password }: { readonly old: string; readonly password: string },
  signal: AbortSignal,
): Promise<void> {
  const trier = { name: principal.name, address: undefined };
  await ctx.lockOut.begin(trier, signal);
  const { userId, credentialId } = principal;
  try {
    await ctx.users.setPassword({ userId, old, password, keepLogin: credentialId }, signal);
  } catch (error) {
    if (!hasCode(error, 'auth.wrong-password')) await ctx.lockOut.withdraw(trier, signal);
    throw error;
  }
  await ctx.lockOut.succeed(trier, signal);
  await ctx.revocations.settle();
}

export async function listOwnLogins(
  { logins }: AccountsContext,
  { userId, credentialId }: Principal,
  signal: AbortSignal,
) {
  const found = await logins.list(userId, signal);
  return { items: found.map((login) => toLoginView(login, credentialId)) };
}

function asActor({ id, name }: User): { userId: string; name: string } {
  return { userId: id, name };
}
