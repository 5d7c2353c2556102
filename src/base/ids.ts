import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Everything random in the program comes from here, so that a test can say what it will be. */
export interface Ids {
  /**
   * A new id: `<prefix>_` and 20 characters of Crockford base32 in lower case. The first ten hold
   * the time in milliseconds, so ids sort by age; the rest (50 bits) are random.
   */
  next(prefix: string): string;
  /** 16 hexadecimal characters that nobody could have guessed. */
  nonce(): string;
  /** A random UUID, version 4 (RFC 9562). */
  uuid(): string;
  /** A number from 0 (included) to 1 (not included), for jitter. */
  fraction(): number;
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export function randomIds(clock: Clock): Ids {
  return {
    next: (prefix) => `${prefix}_${time(clock.now())}${letters(10)}`,
    nonce: () => randomBytes(8).toString('hex'),
    uuid: () => randomUUID(),
    fraction: () => randomInt(2 ** 32) / 2 ** 32,
  };
}

/** Ids that count upwards and a fraction that never changes: for tests. */
export function countingIds(fraction = 0.5): Ids {
  let count = 0;
  return {
    next: (prefix) => `${prefix}_${String((count += 1)).padStart(4, '0')}`,
    nonce: () => (count += 1).toString(16).padStart(16, '0'),
    uuid: () => `00000000-0000-4000-a000-${(count += 1).toString(16).padStart(12, '0')}`,
    fraction: () => fraction,
  };
}

function time(ms: number): string {
  let rest = ms;
  let text = '';
  for (let place = 0; place < 10; place += 1) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function letters(count: number): string {
  return Array.from(randomBytes(count), (byte) => ALPHABET.charAt(byte % 32)).join('');
}
