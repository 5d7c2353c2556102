import type { Row, Sql, Store } from '../store/index.ts';
import { loginEnd } from './logins.ts';
import { type Principal, smallerRole, toRole } from './principal.ts';
import { digestOf, isSecret } from './secrets.ts';

/** What somebody shows to be let in. */
export interface Credential {
  readonly kind: 'login' | 'token';
  readonly secret: string;
}

/** Who a credential is now, and what is needed to note its use. */
export interface Found {
  readonly principal: Principal;
  readonly createdAt: number;
  readonly usedAt: number;
}

/** How far behind the notes of when something was used may be: each of them is a write. */
const NOTE_EVERY_MS = 60_000;

const login = `SELECT logins.id, logins.user_id, logins.created_at, logins.expires_at,
    logins.last_seen_at AS used_at, NULL AS token_role, NULL AS session_id, users.name, users.role
  FROM logins JOIN users ON users.id = logins.user_id`;
const token = `SELECT tokens.id, tokens.user_id, tokens.created_at, tokens.expires_at,
    tokens.last_used_at AS used_at, tokens.role AS token_role, tokens.session_id, users.name,
    users.role
  FROM tokens JOIN users ON users.id = tokens.user_id`;

/** Find who shows a credential; undefined when it is not good: unknown, ended, expired, disabled. */
export async function findByCredential(
  sql: Sql,
  { kind, secret }: Credential,
  now: number,
): Promise<Found | undefined> {
  if (!isSecret(secret, kind === 'login' ? 'tbl' : 'tbt')) return undefined;
  return await find(sql, kind, { column: 'digest', value: digestOf(secret), now });
}

/** The same by the credential's id: whether a principal of before is still good, and what for. */
export async function findAgain(
  sql: Sql,
  { via, credentialId }: Pick<Principal, 'via' | 'credentialId'>,
  now: number,
): Promise<Found | undefined> {
  return await find(sql, via, { column: 'id', value: credentialId, now });
}

interface Choice {
  readonly column: 'digest' | 'id';
  readonly value: string;
  readonly now: number;
}

async function find(
  sql: Sql,
  kind: Credential['kind'],
  { column, value, now }: Choice,
): Promise<Found | undefined> {
  const [row] = await sql.all(
    `${kind === 'login' ? `${login} WHERE logins.` : `${token} WHERE tokens.`}${column} = $1
       AND users.disabled_at IS NULL AND (expires_at IS NULL OR expires_at > $2)`,
    [value, now],
  );
  return row === undefined ? undefined : toFound(row, kind);
}

function toFound(row: Row, via: Credential['kind']): Found {
  const role = toRole(row['role']);
  const expiresAt = row['expires_at'];
  return {
    principal: {
      userId: String(row['user_id']),
      name: String(row['name']),
      role: row['token_role'] === null ? role : smallerRole(role, toRole(row['token_role'])),
      via,
      credentialId: String(row['id']),
      sessionId: typeof row['session_id'] === 'string' ? row['session_id'] : undefined,
      expiresAt: typeof expiresAt === 'number' ? expiresAt : undefined,
    },
    createdAt: Number(row['created_at']),
    usedAt: Number(row['used_at'] ?? 0),
  };
}

/** Write down that a credential is used now, at most once a minute; a login's end slides on. */
export async function noteUse(
  store: Store,
  { principal, createdAt, usedAt }: Found,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  if (now - usedAt < NOTE_EVERY_MS) return;
  const { credentialId, userId, via } = principal;
  await store.write(async (sql) => {
    if (via === 'login') {
      const update = 'UPDATE logins SET last_seen_at = $1, expires_at = $2 WHERE id = $3';
      await sql.run(update, [now, loginEnd(createdAt, now), credentialId]);
    } else {
      await sql.run('UPDATE tokens SET last_used_at = $1 WHERE id = $2', [now, credentialId]);
    }
    await sql.run('UPDATE users SET last_seen_at = $1 WHERE id = $2', [now, userId]);
  }, signal);
}
