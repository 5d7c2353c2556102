import { createHash } from 'node:crypto';
import type { SiteSpec } from './deployer.ts';

/**
 * `tmux-{guid_prefix}-{session_short}`, 22 characters of `a-z0-9-`, the same for one user and
 * session each time. Session ids begin with a time, so `session_short` is from their digest.
 */
export function deploymentName({
  userGuid,
  sessionId,
}: Pick<SiteSpec, 'userGuid' | 'sessionId'>): string {
  const prefix = userGuid.toLowerCase().replaceAll(/[^0-9a-f]/g, '');
  return `tmux-${prefix.slice(0, 8)}-${shortDigest(sessionId)}`;
}

/** What a service allows in a name. Letters are made small wherever it is. */
export interface NameRule {
  readonly maxLength: number;
  /** Matches one character that is allowed; others are left out. */
  readonly allowed: RegExp;
}

/** Storage accounts of Azure: `^[a-z0-9]{3,24}$`. */
export const storageAccountRule: NameRule = { maxLength: 24, allowed: /[a-z0-9]/ };
/** S3 buckets, whole DNS labels: `^[a-z0-9-]{3,63}$`. */
export const bucketRule: NameRule = { maxLength: 63, allowed: /[a-z0-9-]/ };

/**
 * Fit a name of ours to a service: characters that are not allowed are left out, and of one that
 * is too long its end gives way to 8 characters of the digest of the whole, so that two names stay
 * two. `maxLength` is at least 9.
 */
export function fitName(name: string, { maxLength, allowed }: NameRule): string {
  const fit = Array.from(name.toLowerCase())
    .filter((letter) => allowed.test(letter))
    .join('');
  if (fit.length <= maxLength) return fit;
  return fit.slice(0, maxLength - 8) + shortDigest(name);
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** 8 characters of Crockford base32 in lower case: 40 bits of SHA-256. */
function shortDigest(text: string): string {
  const bytes = createHash('sha256').update(text).digest();
  return Array.from(bytes.subarray(0, 8), (byte) => ALPHABET.charAt(byte % 32)).join('');
}
