import type { Row } from '../store/index.ts';
import { changeAccounts, countChangeIn, type UserTools } from './change-accounts.ts';
import { LoginNotFoundError } from './errors.ts';
import { digestOf, makeSecret } from './secrets.ts';

const DAY_MS = 86_400_000;
/** A login ends when it was not used for so long... */
const IDLE_MS = 7 * DAY_MS;
/** ... and at last then. */
const LONGEST_MS = 30 * DAY_MS;
/** Logins of one user; one more ends the one unused for longest. */
const MOST_LOGINS = 50;
const LONGEST_TEXT = 300;

/** One browser in which somebody is logged in. */
export interface Login {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  /** It slides while the login is used, up to `endsAt`. */
  readonly expiresAt: number;
  readonly endsAt: number;
  readonly agent: string | undefined;
  readonly address: string | undefined;
}

export interface NewLogin {
  readonly userId: string;
  /** What the browser calls itself; cut at 300 characters. */
  readonly agent?: string | undefined;
  readonly address?: string | undefined;
}

/** When a login that is used at `now` ends: it slides, but not past its 30 days. */
export function loginEnd(createdAt: number, now: number): number {
  return Math.min(createdAt + LONGEST_MS, now + IDLE_MS);
}

export class Logins {
  readonly #tools: UserTools;

  constructor(tools: UserTools) {
    this.#tools = tools;
  }

  /** Begin a login; the secret is given this once. */
  async create(
    { userId, agent, address }: NewLogin,
    signal: AbortSignal,
  ): Promise<{ login: Login; secret: string }> {
    const { store, clock, ids } = this.#tools;
    const now = clock.now();
    const secret = makeSecret('tbl');
    const login: Login = {
      id: ids.next('lgn'),
      userId,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: loginEnd(now, now),
      endsAt: now + LONGEST_MS,
      agent: agent?.slice(0, LONGEST_TEXT),
      address,
    };
    await store.write(async (sql) => {
      await sql.run('DELETE FROM logins WHERE expires_at <= $1', [now]);
      const ended = await sql.run(
        `DELETE FROM logins WHERE id IN (SELECT id FROM logins WHERE user_id = $1
             ORDER BY last_seen_at DESC, id DESC LIMIT 1000000 OFFSET $2)`,
        [userId, MOST_LOGINS - 1],
      );
      if (ended > 0) await countChangeIn(sql);
      await sql.run('UPDATE users SET last_seen_at = $1 WHERE id = $2', [now, userId]);
      await sql.run(
        `INSERT INTO logins
             (id, digest, user_id, created_at, last_seen_at, expires_at, agent, address)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          login.id,
          digestOf(secret),
          userId,
          now,
          now,
          login.expiresAt,
          login.agent ?? null,
          address ?? null,
        ],
      );
    }, signal);
    return { login, secret };
  }

  /** Logins of a user that are good, the one used last first. */
  async list(userId: string, signal: AbortSignal): Promise<readonly Login[]> {
    const { store, clock } = this.#tools;
    const query = `SELECT * FROM logins WHERE user_id = $1 AND expires_at > $2
      ORDER BY last_seen_at DESC, id DESC LIMIT ${MOST_LOGINS}`;
    const rows = await store.read(
      async (sql) => await sql.all(query, [userId, clock.now()]),
      signal,
    );
    return rows.map(toLogin);
  }

  /** @throws {LoginNotFoundError} the user has no such login. */
  async end(userId: string, id: string, signal: AbortSignal): Promise<void> {
    const ended = await changeAccounts(
      this.#tools.store,
      async (sql) =>
        await sql.run('DELETE FROM logins WHERE id = $1 AND user_id = $2', [id, userId]),
      signal,
    );
    if (ended === 0) throw new LoginNotFoundError(id);
  }
}

function toLogin(row: Row): Login {
  return {
    id: String(row['id']),
    userId: String(row['user_id']),
    createdAt: Number(row['created_at']),
    lastSeenAt: Number(row['last_seen_at']),
    expiresAt: Number(row['expires_at']),
    endsAt: Number(row['created_at']) + LONGEST_MS,
    agent: typeof row['agent'] === 'string' ? row['agent'] : undefined,
    address: typeof row['address'] === 'string' ? row['address'] : undefined,
  };
}
