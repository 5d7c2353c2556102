export const roles = ['viewer', 'operator', 'admin'] as const;
/** Each may do what those before it may. */
export type Role = (typeof roles)[number];

/** Who acts, and by what right: made from a login or a token, checked anew for each request. */
export interface Principal {
  readonly userId: string;
  readonly name: string;
  /** The smaller of the user's and the token's. */
  readonly role: Role;
  readonly via: 'login' | 'token';
  /** Of the login or the token: what ends when that is revoked. */
  readonly credentialId: string;
  /** The only session a token is for; undefined for all that its user may use. */
  readonly sessionId: string | undefined;
  readonly expiresAt: number | undefined;
}

/** Whether `role` may do what `needed` may. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

export function smallerRole(one: Role, other: Role): Role {
  return isAtLeast(one, other) ? other : one;
}

/** Read a role out of the database. */
export function toRole(value: unknown): Role {
  const role = roles.find((one) => one === value);
  if (role === undefined) throw new TypeError(`a row has the role ${String(value)}`);
  return role;
}
