import type { Access } from '../contract/index.ts';
import { hasCode } from '../base/index.ts';
import {
  type Credential,
  findAgain,
  findByCredential,
  ForbiddenError,
  isAtLeast,
  LoginRequiredError,
  noteUse,
  type Principal,
  type Role,
  roleInSession,
} from '../users/index.ts';
import type { AccountsContext } from './accounts-context.ts';

/** Find who shows a credential, and note that it is used. Undefined when it is not good. */
export async function authenticate(
  { store, clock, log, revocations }: AccountsContext,
  credential: Credential,
  signal: AbortSignal,
): Promise<Principal | undefined> {
  const now = clock.now();
  const entered = await store.read(async (sql) => {
    const found = await findByCredential(sql, credential, now);
    if (found === undefined) return undefined;
    return { found, rights: await revocations.readRights(sql, found.principal) };
  }, signal);
  if (entered === undefined) return undefined;
  const { found, rights } = entered;
  revocations.note(found.principal, rights);
  try {
    await noteUse(store, found, now, signal);
  } catch (error) {
    // Who may only look is not kept out because the disk is full.
    if (!['store.full', 'store.read-only', 'store.busy'].some((code) => hasCode(error, code))) {
      throw error;
    }
    log.warn('use of a login not noted', { error });
  }
  return found.principal;
}

/**
 * Throw unless this is allowed; see `Access`. Everything is looked up anew, also whether the
 * principal is still good: one who was let in a moment ago may be nobody now.
 *
 * @throws {CodedError} `auth.login-required`, `auth.forbidden`, or that the subject does not exist.
 */
export async function authorize(
  ctx: AccountsContext,
  principal: Principal | undefined,
  asked: { readonly access: Access; readonly params: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<void> {
  const { access, params } = asked;
  if (access.kind === 'public') return;
  const now = ctx.clock.now();
  const fresh =
    principal &&
    (await ctx.store.read(async (sql) => await findAgain(sql, principal, now), signal))?.principal;
  if (fresh === undefined) throw new LoginRequiredError();
  switch (access.kind) {
    case 'login':
      return;
    case 'visible':
      requireRole(fresh.role, access.role);
      return;
    case 'role':
      requireRole(fresh.role, access.role);
      if (access.role === 'admin') refuseLimited(fresh);
      return;
    case 'owned':
      await authorizeOwned(ctx, fresh, { access, id: params[access.by] ?? '' }, signal);
      return;
    default:
      access satisfies never;
  }
}

async function authorizeOwned(
  { store, subjects }: AccountsContext,
  principal: Principal,
  asked: { readonly access: Extract<Access, { kind: 'owned' }>; readonly id: string },
  signal: AbortSignal,
): Promise<void> {
  const { access, id } = asked;
  const sessionId = await subjects.sessionOf(access.by, id, signal);
  const role = await store.read(
    async (sql) => await roleInSession(sql, principal, sessionId),
    signal,
  );
  if (role === undefined) throw subjects.notFound(access.by, id);
  requireRole(role, access.role);
}

function requireRole(role: Role, needed: Role): void {
  if (isAtLeast(role, needed)) return;
  throw new ForbiddenError(`This needs the role ${needed}; yours here is ${role}.`, {
    role,
    needed,
  });
}

/** @throws {CodedError} `auth.forbidden` for a token that is for one session alone. */
export function refuseLimited({ sessionId }: Pick<Principal, 'sessionId'>): void {
  if (sessionId === undefined) return;
  throw new ForbiddenError('This API token is for one session alone.', { sessionId });
}
