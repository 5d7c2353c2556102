import { createHash, randomBytes } from 'node:crypto';

/** What a secret is for; it begins with it, so that one that leaks is known for what it is. */
export type SecretKind = 'tbl' | 'tbt' | 'tbi' | 'tbw';

const BYTES = 32;
const form = /^(?<kind>tb[a-z])_[\w-]{43}$/;

/** Make a secret that nobody can guess: its kind, `_`, and 256 random bits as base64url. */
export function makeSecret(kind: SecretKind): string {
  return `${kind}_${randomBytes(BYTES).toString('base64url')}`;
}

/** Whether a text has the form of such a secret: the cheap check before the database is asked. */
export function isSecret(text: string, kind: SecretKind): boolean {
  return form.exec(text)?.groups?.['kind'] === kind;
}

/**
 * What is kept of a secret: its SHA-256 in hexadecimal digits. With 256 random bits in it there is
 * nothing to guess, so it needs neither salt nor work, and may be looked up by an index.
 */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
