import type { Sql, WriteSql } from '../store/index.ts';
import { changeAccounts, type UserTools } from './change-accounts.ts';
import { LastAdminError, UserNameError, WrongPasswordError } from './errors.ts';
import {
  forADay,
  getInvitedIn,
  inviteIn,
  type Invitation,
  needsFirstAdminIn,
  untilUsed,
  useInvitationIn,
  voidInvitationsIn,
} from './invitations.ts';
import { listUsers, type UserPage, type UserQuery } from './list-users.ts';
import { forgiveNameIn } from './lock-out.ts';
import type { Passwords } from './passwords.ts';
import type { Role } from './principal.ts';
import {
  checkPassword,
  checkUserName,
  findUserIn,
  getUserIn,
  toUser,
  toUserName,
  type User,
} from './user.ts';

export interface UserChange {
  readonly role?: Role | undefined;
  readonly isDisabled?: boolean | undefined;
}

export interface Invited {
  readonly user: User;
  readonly invitation: Invitation;
}

export interface Acceptance {
  readonly code: string;
  /** Only the first admin chooses a name. */
  readonly name?: string | undefined;
  readonly password: string;
}

/** People, their roles and passwords. Users are named by id or name. */
export class Users {
  readonly #tools: UserTools;
  readonly #passwords: Passwords;

  constructor(tools: UserTools, passwords: Passwords) {
    this.#tools = tools;
    this.#passwords = passwords;
  }

  /** @throws {UserNotFoundError} */
  async get(reference: string, signal: AbortSignal): Promise<User> {
    return await this.#read(async (sql) => await getUserIn(sql, reference), signal);
  }

  async list(query: UserQuery, signal: AbortSignal): Promise<UserPage> {
    return await listUsers(this.#tools.store, query, signal);
  }

  /** Whether nobody can log in as an admin yet. */
  async needsFirstAdmin(signal: AbortSignal): Promise<boolean> {
    return await this.#read(needsFirstAdminIn, signal);
  }

  /** Make a user without a password, and the one-time code by which they set it. */
  async create(wish: { name: string; role: Role }, signal: AbortSignal): Promise<Invited> {
    return await this.#change(async (sql) => {
      const user = await this.#insertIn(sql, checkUserName(wish.name), wish.role);
      return { user, invitation: await this.#inviteIn(sql, user, forADay) };
    }, signal);
  }

  /** Change a role, or disable somebody: then their logins, tokens and invitations end. */
  async set(reference: string, change: UserChange, signal: AbortSignal): Promise<User> {
    return await this.#change(async (sql) => {
      const user = await getUserIn(sql, reference);
      const role = change.role ?? user.role;
      const isDisabled = change.isDisabled ?? user.isDisabled;
      await refuseLastAdminIn(sql, user, role === 'admin' && !isDisabled);
      const disabledAt = isDisabled ? this.#tools.clock.now() : null;
      await sql.run(
        `UPDATE users SET role = $1,
           disabled_at = CASE WHEN $2 IS NULL THEN NULL ELSE coalesce(disabled_at, $2) END
         WHERE id = $3`,
        [role, disabledAt, user.id],
      );
      if (isDisabled) await endAllIn(sql, user.id);
      return await getUserIn(sql, user.id);
    }, signal);
  }

  /** Make a new one-time code for somebody; the password stays until it is used. */
  async invite(reference: string, signal: AbortSignal): Promise<Invited> {
    return await this.#change(async (sql) => {
      const user = await getUserIn(sql, reference);
      // The lock of the name would keep them out after they have set a password that they know.
      await forgiveNameIn(sql, user.name);
      return { user, invitation: await this.#inviteIn(sql, user, forADay) };
    }, signal);
  }

  /** The one-time code of the first admin, made anew; undefined when there is an admin. */
  async inviteFirstAdmin(signal: AbortSignal): Promise<Invited | undefined> {
    return await this.#change(async (sql) => {
      if (!(await needsFirstAdminIn(sql))) return undefined;
      const [row] = await sql.all(
        `SELECT * FROM users WHERE role = 'admin' AND disabled_at IS NULL
         ORDER BY created_at, id LIMIT 1`,
      );
      const user =
        row === undefined
          ? await this.#insertIn(sql, await freeNameIn(sql, 'admin'), 'admin')
          : toUser(row);
      return { user, invitation: await this.#inviteIn(sql, user, untilUsed) };
    }, signal);
  }

  /** For whom a code is, and whether they become the first admin. */
  async lookAtInvitation(
    code: string,
    signal: AbortSignal,
  ): Promise<{ user: User; isFirst: boolean }> {
    return await this.#read(async (sql) => {
      const user = await getInvitedIn(sql, code, this.#tools.clock.now());
      return { user, isFirst: user.role === 'admin' && (await needsFirstAdminIn(sql)) };
    }, signal);
  }

  /** Set a password by a one-time code, which is used up. Logins of before end. */
  async acceptInvitation({ code, name, password }: Acceptance, signal: AbortSignal): Promise<User> {
    // Looked at first: hashing is dear, and a code that was made up must not cost it.
    const invited = await this.lookAtInvitation(code, signal);
    const ownName = invited.isFirst && name !== undefined ? checkUserName(name) : undefined;
    checkPassword(password, ownName ?? invited.user.name);
    const hash = await this.#passwords.hash(password);
    return await this.#change(async (sql) => {
      const user = await useInvitationIn(sql, code, this.#tools.clock.now());
      if (ownName !== undefined && ownName !== user.name) {
        await refuseTakenIn(sql, ownName);
        await sql.run('UPDATE users SET name = $1 WHERE id = $2', [ownName, user.id]);
      }
      await this.#setPasswordIn(sql, user.id, hash);
      await sql.run('DELETE FROM logins WHERE user_id = $1', [user.id]);
      await forgiveNameIn(sql, ownName ?? user.name);
      return await getUserIn(sql, user.id);
    }, signal);
  }

  /**
   * Change a password; every login but `keepLogin` ends.
   *
   * @throws {CodedError} `auth.wrong-password`, `user.weak-password`.
   */
  async setPassword(
    wish: {
      readonly userId: string;
      readonly old: string;
      readonly password: string;
      readonly keepLogin: string;
    },
    signal: AbortSignal,
  ): Promise<void> {
    const { userId, old, password, keepLogin } = wish;
    const { user, hash } = await this.findWithHash({ id: userId }, signal);
    const { isRight } = await this.#passwords.verify(old, hash);
    if (!isRight || user === undefined) throw new WrongPasswordError();
    checkPassword(password, user.name);
    const fresh = await this.#passwords.hash(password);
    await this.#change(async (sql) => {
      await this.#setPasswordIn(sql, user.id, fresh);
      await voidInvitationsIn(sql, user.id);
      await sql.run('DELETE FROM logins WHERE user_id = $1 AND id <> $2', [user.id, keepLogin]);
    }, signal);
  }

  /**
   * A user with what is kept of the password, for whoever logs in: by name alone, for that is what
   * failures are counted by.
   */
  async findWithHash(
    by: { readonly id: string } | { readonly name: string },
    signal: AbortSignal,
  ): Promise<{ user: User | undefined; hash: string | undefined }> {
    const [column, value] = 'id' in by ? ['id', by.id] : ['name', toUserName(by.name)];
    const query = `SELECT * FROM users WHERE ${column} = $1`;
    const [row] = await this.#read(async (sql) => await sql.all(query, [value]), signal);
    if (row === undefined) return { user: undefined, hash: undefined };
    const password = row['password'];
    return { user: toUser(row), hash: typeof password === 'string' ? password : undefined };
  }

  /** Keep a password by the parameters of now, unless it was changed since `before` was read. */
  async rehash(userId: string, password: string, before: string, signal: AbortSignal) {
    const hash = await this.#passwords.hash(password);
    const update = 'UPDATE users SET password = $1 WHERE id = $2 AND password = $3';
    await this.#tools.store.write(
      async (sql) => await sql.run(update, [hash, userId, before]),
      signal,
    );
  }

  async #insertIn(sql: WriteSql, name: string, role: Role): Promise<User> {
    await refuseTakenIn(sql, name);
    const id = this.#tools.ids.next('usr');
    await sql.run('INSERT INTO users (id, name, role, created_at) VALUES ($1, $2, $3, $4)', [
      id,
      name,
      role,
      this.#tools.clock.now(),
    ]);
    return await getUserIn(sql, id);
  }

  async #inviteIn(sql: WriteSql, user: User, lifeMs: number): Promise<Invitation> {
    return await inviteIn(sql, user.id, { now: this.#tools.clock.now(), lifeMs });
  }

  async #setPasswordIn(sql: WriteSql, userId: string, hash: string): Promise<void> {
    await sql.run('UPDATE users SET password = $1 WHERE id = $2', [hash, userId]);
  }

  async #read<T>(work: (sql: Sql) => Promise<T>, signal: AbortSignal): Promise<T> {
    return await this.#tools.store.read(work, signal);
  }

  async #change<T>(work: (sql: WriteSql) => Promise<T>, signal: AbortSignal): Promise<T> {
    return await changeAccounts(this.#tools.store, work, signal);
  }
}

async function endAllIn(sql: WriteSql, userId: string): Promise<void> {
  await sql.run('DELETE FROM logins WHERE user_id = $1', [userId]);
  await sql.run('DELETE FROM tokens WHERE user_id = $1', [userId]);
  await voidInvitationsIn(sql, userId);
}

/** Somebody must stay who can log in as an admin, as long as there is one who can. */
async function refuseLastAdminIn(sql: Sql, user: User, staysAdmin: boolean): Promise<void> {
  if (staysAdmin || user.role !== 'admin' || user.isDisabled) return;
  const [other] = await sql.all(
    `SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL AND id <> $1
       AND ($2 = 0 OR password IS NOT NULL) LIMIT 1`,
    [user.id, user.hasPassword ? 1 : 0],
  );
  if (other === undefined) throw new LastAdminError(user.name);
}

/** A name must not be another's, nor another's id: both are looked up alike. */
async function refuseTakenIn(sql: Sql, name: string): Promise<void> {
  if ((await findUserIn(sql, name)) === undefined) return;
  throw new UserNameError('user.name-taken', name, 'is taken');
}

async function freeNameIn(sql: Sql, wish: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wish : `${wish}-${number}`;
    if ((await findUserIn(sql, name)) === undefined) return name;
  }
}
