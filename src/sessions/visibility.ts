import type { SqlValue } from '../store/index.ts';

/**
 * What somebody may see: sessions they own or are a member of, or the one session that their
 * token is for. Without either, everything (admins).
 */
export interface Visibility {
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
}

/** Adds a value to a statement and gives its placeholder: `$3`. */
export type AddValue = (value: SqlValue) => string;

export interface VisibleColumn {
  /** Holds sessions' ids. */
  readonly column: string;
  /** Which members count: all, or those who may steer the session too. */
  readonly least?: 'viewer' | 'operator';
}

/** The condition that a row belongs to a session somebody may see; undefined for everything. */
export function visibleCondition(
  { userId, sessionId }: Visibility,
  { column, least = 'viewer' }: VisibleColumn,
  add: AddValue,
): string | undefined {
  const parts: string[] = [];
  if (sessionId !== undefined) parts.push(`${column} = ${add(sessionId)}`);
  if (userId !== undefined) {
    const user = add(userId);
    const members = `SELECT session_id FROM members WHERE user_id = ${user}`;
    const counting = least === 'viewer' ? members : `${members} AND role = 'operator'`;
    parts.push(`${column} IN (SELECT id FROM sessions WHERE user_id = ${user} UNION ${counting})`);
  }
  return parts.length === 0 ? undefined : parts.join(' AND ');
}

/** Everybody's sessions are seen. */
export function seesAll({ userId, sessionId }: Visibility): boolean {
  return userId === undefined && sessionId === undefined;
}
