import type { Row, Sql } from '../store/index.ts';
import { UserNameError, UserNotFoundError, WeakPasswordError } from './errors.ts';
import { type Role, toRole } from './principal.ts';

export interface User {
  readonly id: string;
  /** In small letters, so that no two look alike. */
  readonly name: string;
  readonly role: Role;
  readonly isDisabled: boolean;
  readonly hasPassword: boolean;
  readonly createdAt: number;
  readonly lastSeenAt: number | undefined;
}

const SHORTEST_PASSWORD = 10;
const LONGEST_PASSWORD = 1_000;

export function toUser(row: Row): User {
  return {
    id: String(row['id']),
    name: String(row['name']),
    role: toRole(row['role']),
    isDisabled: row['disabled_at'] !== null,
    hasPassword: row['password'] !== null,
    createdAt: Number(row['created_at']),
    lastSeenAt: row['last_seen_at'] === null ? undefined : Number(row['last_seen_at']),
  };
}

/** Find a user by id or by name. */
export async function findUserIn(sql: Sql, reference: string): Promise<User | undefined> {
  const query = 'SELECT * FROM users WHERE id = $1 OR name = $2';
  const [row] = await sql.all(query, [reference, toUserName(reference)]);
  return row === undefined ? undefined : toUser(row);
}

/** @throws {UserNotFoundError} */
export async function getUserIn(sql: Sql, reference: string): Promise<User> {
  const user = await findUserIn(sql, reference);
  if (user === undefined) throw new UserNotFoundError(reference);
  return user;
}

/** The one form of a name. */
export function toUserName(name: string): string {
  return name.toLowerCase();
}

/** @throws {UserNameError} `user.bad-name`. */
export function checkUserName(name: string): string {
  if (/^[\w.@+-]{1,100}$/.test(name)) return toUserName(name);
  throw new UserNameError('user.bad-name', name, 'cannot be used');
}

/** @throws {WeakPasswordError} */
export function checkPassword(password: string, name: string): void {
  const { length } = password;
  if (length < SHORTEST_PASSWORD) {
    throw new WeakPasswordError(`has fewer than ${SHORTEST_PASSWORD} characters`);
  }
  if (length > LONGEST_PASSWORD) {
    throw new WeakPasswordError(`has more than ${LONGEST_PASSWORD} characters`);
  }
  if (toUserName(password) === toUserName(name)) throw new WeakPasswordError('is the name');
  if (new Set(password).size < 3)
    throw new WeakPasswordError('has fewer than 3 kinds of characters');
}
