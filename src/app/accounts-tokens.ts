import type { TokenView } from '../contract/index.ts';
import {
  ForbiddenError,
  isAtLeast,
  type Principal,
  type Role,
  roleInSession,
} from '../users/index.ts';
import { toTokenView } from './account-views.ts';
import type { AccountsContext } from './accounts-context.ts';

const DAY_MS = 86_400_000;

export interface TokenInput {
  readonly name: string;
  readonly role: Role;
  readonly session_id?: string | undefined;
  readonly expires_in_days?: number | undefined;
}

/** What whoever makes a token may give away at most. */
type Giver = Pick<Principal, 'userId' | 'role' | 'sessionId'> & {
  /** Of the token by which another is made. */
  readonly tokenEnds: number | undefined;
};

/**
 * Make an API token. It may do at most what its maker may: one made by a token has neither a
 * greater role, nor another session, nor a longer life.
 *
 * @throws {CodedError} `auth.forbidden`, `session.not-found`, `token.too-many`.
 */
export async function createToken(
  ctx: AccountsContext,
  giver: Giver,
  input: TokenInput,
  signal: AbortSignal,
): Promise<TokenView & { readonly token: string }> {
  const { name, role } = input;
  if (!isAtLeast(giver.role, role)) {
    throw new ForbiddenError(`A ${giver.role} cannot make a token with the role ${role}.`, {
      role: giver.role,
      needed: role,
    });
  }
  const sessionId = input.session_id ?? giver.sessionId;
  if (sessionId !== undefined) await requireSession(ctx, giver, sessionId, signal);
  const days = input.expires_in_days;
  const wished = days === undefined ? undefined : ctx.clock.now() + days * DAY_MS;
  const expiresAt = sooner(wished, giver.tokenEnds);
  const wish = { userId: giver.userId, name, role, sessionId, expiresAt };
  const { token, secret } = await ctx.tokens.create(wish, signal);
  return { ...toTokenView(token), token: secret };
}

async function requireSession(
  { store, subjects }: AccountsContext,
  giver: Giver,
  sessionId: string,
  signal: AbortSignal,
): Promise<void> {
  const found = await subjects.sessionOf('session_id', sessionId, signal);
  const role = await store.read(async (sql) => await roleInSession(sql, giver, found), signal);
  if (role === undefined) throw subjects.notFound('session_id', sessionId);
}

function sooner(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
