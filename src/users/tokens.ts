import type { Row } from '../store/index.ts';
import { changeAccounts, type UserTools } from './change-accounts.ts';
import { TokenNotFoundError, TooManyTokensError } from './errors.ts';
import { type Role, toRole } from './principal.ts';
import { digestOf, makeSecret } from './secrets.ts';

const MOST_TOKENS = 100;
const MOST_LISTED = 10_000;

/** Lets a program act for a user, with at most this role. */
export interface Token {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  /** The only session it is for; undefined for all that its user may use. */
  readonly sessionId: string | undefined;
  readonly createdAt: number;
  /** Undefined: until it is revoked. */
  readonly expiresAt: number | undefined;
  /** To the minute. */
  readonly lastUsedAt: number | undefined;
}

export interface NewToken {
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  readonly sessionId: string | undefined;
  readonly expiresAt: number | undefined;
}

export class Tokens {
  readonly #tools: UserTools;

  constructor(tools: UserTools) {
    this.#tools = tools;
  }

  /**
   * Make a token; the secret is given this once. Whoever calls has checked that the user may give
   * this role, and sees the session.
   *
   * @throws {TooManyTokensError}
   */
  async create(wish: NewToken, signal: AbortSignal): Promise<{ token: Token; secret: string }> {
    const { store, clock, ids } = this.#tools;
    const secret = makeSecret('tbt');
    const own = { id: ids.next('tok'), createdAt: clock.now(), lastUsedAt: undefined };
    const token: Token = { ...wish, ...own };
    // Takes nobody's rights away: nothing is counted.
    await store.write(async (sql) => {
      const [row] = await sql.all('SELECT count(*) AS n FROM tokens WHERE user_id = $1', [
        token.userId,
      ]);
      if (Number(row?.['n']) >= MOST_TOKENS) throw new TooManyTokensError(MOST_TOKENS);
      await sql.run(
        `INSERT INTO tokens (id, digest, user_id, name, role, session_id, created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          token.id,
          digestOf(secret),
          token.userId,
          token.name,
          token.role,
          token.sessionId ?? null,
          token.createdAt,
          token.expiresAt ?? null,
        ],
      );
    }, signal);
    return { token, secret };
  }

  /**
   * A user's tokens, or everybody's, newest first; those that have expired too, until they are
   * revoked. At most 10,000.
   */
  async list(userId: string | undefined, signal: AbortSignal): Promise<readonly Token[]> {
    const query = `SELECT * FROM tokens WHERE $1 = '' OR user_id = $1
      ORDER BY created_at DESC, id DESC LIMIT ${MOST_LISTED}`;
    const rows = await this.#tools.store.read(
      async (sql) => await sql.all(query, [userId ?? '']),
      signal,
    );
    return rows.map(toToken);
  }

  /** @throws {TokenNotFoundError} there is no such token, or it is not this user's. */
  async revoke(userId: string | undefined, id: string, signal: AbortSignal): Promise<void> {
    const revoked = await changeAccounts(
      this.#tools.store,
      async (sql) =>
        await sql.run("DELETE FROM tokens WHERE id = $1 AND ($2 = '' OR user_id = $2)", [
          id,
          userId ?? '',
        ]),
      signal,
    );
    if (revoked === 0) throw new TokenNotFoundError(id);
  }
}

function toToken(row: Row): Token {
  return {
    id: String(row['id']),
    userId: String(row['user_id']),
    name: String(row['name']),
    role: toRole(row['role']),
    sessionId: typeof row['session_id'] === 'string' ? row['session_id'] : undefined,
    createdAt: Number(row['created_at']),
    expiresAt: typeof row['expires_at'] === 'number' ? row['expires_at'] : undefined,
    lastUsedAt: typeof row['last_used_at'] === 'number' ? row['last_used_at'] : undefined,
  };
}
