import type { Sql } from '../store/index.ts';
import { changeAccounts, type UserTools } from './change-accounts.ts';
import { MemberIsOwnerError } from './errors.ts';
import { type Principal, type Role, smallerRole, toRole } from './principal.ts';
import { getUserIn } from './user.ts';

/** Somebody with a role in a session that is not theirs. */
export interface Member {
  readonly userId: string;
  readonly name: string;
  readonly role: 'viewer' | 'operator';
}

const MOST_MEMBERS = 1_000;

/** What a principal may do in a session at most; undefined when it does not exist for them. */
export async function roleInSession(
  sql: Sql,
  principal: Pick<Principal, 'userId' | 'role' | 'sessionId'>,
  sessionId: string,
): Promise<Role | undefined> {
  if (principal.sessionId !== undefined && principal.sessionId !== sessionId) return undefined;
  if (principal.role === 'admin') return 'admin';
  const [row] = await sql.all(
    `SELECT sessions.user_id AS owner, members.role AS role FROM sessions
     LEFT JOIN members ON members.session_id = sessions.id AND members.user_id = $1
     WHERE sessions.id = $2`,
    [principal.userId, sessionId],
  );
  if (row === undefined) return undefined;
  if (row['owner'] === principal.userId) return principal.role;
  return row['role'] === null ? undefined : smallerRole(principal.role, toRole(row['role']));
}

export class Members {
  readonly #tools: UserTools;

  constructor(tools: UserTools) {
    this.#tools = tools;
  }

  /** Everybody with a right of their own in a session, by name. */
  async list(sessionId: string, signal: AbortSignal): Promise<readonly Member[]> {
    const query = `SELECT users.id, users.name, members.role FROM members
      JOIN users ON users.id = members.user_id
      WHERE members.session_id = $1 ORDER BY users.name LIMIT ${MOST_MEMBERS}`;
    const rows = await this.#tools.store.read(
      async (sql) => await sql.all(query, [sessionId]),
      signal,
    );
    return rows.map((row) => ({
      userId: String(row['id']),
      name: String(row['name']),
      role: row['role'] === 'operator' ? 'operator' : 'viewer',
    }));
  }

  /**
   * Give somebody, by id or name, a right to a session, or change it.
   *
   * @throws {CodedError} `user.not-found`, `member.is-owner`.
   */
  async set(
    sessionId: string,
    wish: { readonly user: string; readonly role: Member['role'] },
    signal: AbortSignal,
  ): Promise<void> {
    await changeAccounts(
      this.#tools.store,
      async (sql) => {
        const user = await getUserIn(sql, wish.user);
        const [own] = await sql.all('SELECT id FROM sessions WHERE id = $1 AND user_id = $2', [
          sessionId,
          user.id,
        ]);
        if (own !== undefined) throw new MemberIsOwnerError(user.name);
        await sql.run(
          `INSERT INTO members (session_id, user_id, role) VALUES ($1, $2, $3)
           ON CONFLICT (session_id, user_id) DO UPDATE SET role = excluded.role`,
          [sessionId, user.id, wish.role],
        );
      },
      signal,
    );
  }

  /** Take a right back. Somebody who has none is left without one. @throws {UserNotFoundError} */
  async remove(sessionId: string, reference: string, signal: AbortSignal): Promise<void> {
    await changeAccounts(
      this.#tools.store,
      async (sql) => {
        const user = await getUserIn(sql, reference);
        await sql.run('DELETE FROM members WHERE session_id = $1 AND user_id = $2', [
          sessionId,
          user.id,
        ]);
      },
      signal,
    );
  }
}
