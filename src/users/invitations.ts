import type { Sql, WriteSql } from '../store/index.ts';
import { InvitationNotFoundError } from './errors.ts';
import { digestOf, isSecret, makeSecret } from './secrets.ts';
import { toUser, type User } from './user.ts';

const DAY_MS = 86_400_000;

export interface Invitation {
  /** Shown this once; only its digest is kept. */
  readonly code: string;
  readonly expiresAt: number;
}

/** For the first admin, whose link is good until it is used or the server starts anew. */
export const untilUsed = 36_500 * DAY_MS;
export const forADay = DAY_MS;

/** Make a one-time code for a user; codes from before are void. */
export async function inviteIn(
  sql: WriteSql,
  userId: string,
  { now, lifeMs }: { readonly now: number; readonly lifeMs: number },
): Promise<Invitation> {
  const code = makeSecret('tbi');
  const expiresAt = now + lifeMs;
  await voidInvitationsIn(sql, userId);
  await sql.run(
    `INSERT INTO invitations (digest, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)`,
    [digestOf(code), userId, now, expiresAt],
  );
  return { code, expiresAt };
}

/**
 * For whom a code is, as long as it can be used.
 *
 * @throws {InvitationNotFoundError} also when it was used or is too old: nothing tells these apart.
 */
export async function getInvitedIn(sql: Sql, code: string, now: number): Promise<User> {
  const [row] = isSecret(code, 'tbi')
    ? await sql.all(
        `SELECT users.* FROM invitations JOIN users ON users.id = invitations.user_id
         WHERE digest = $1 AND used_at IS NULL AND expires_at > $2 AND disabled_at IS NULL`,
        [digestOf(code), now],
      )
    : [];
  if (row === undefined) throw new InvitationNotFoundError();
  return toUser(row);
}

/** Use a code up; of several at once, one gets through. */
export async function useInvitationIn(sql: WriteSql, code: string, now: number): Promise<User> {
  const user = await getInvitedIn(sql, code, now);
  await voidInvitationsIn(sql, user.id);
  return user;
}

export async function voidInvitationsIn(sql: WriteSql, userId: string): Promise<void> {
  await sql.run('DELETE FROM invitations WHERE user_id = $1', [userId]);
}

/** Whether nobody can log in as an admin yet. */
export async function needsFirstAdminIn(sql: Sql): Promise<boolean> {
  const [row] = await sql.all(
    `SELECT id FROM users WHERE role = 'admin' AND password IS NOT NULL AND disabled_at IS NULL
     LIMIT 1`,
  );
  return row === undefined;
}
