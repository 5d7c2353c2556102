import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Slots } from './slots.ts';

/** Parameters of scrypt (RFC 7914); they stand in each hash, so they may change. */
export interface PasswordCost {
  /** Logarithm of N: 15 takes 32 MiB and 0.1 to 0.3 s of a core. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

export interface Verified {
  readonly isRight: boolean;
  /** Made with other parameters than are wanted now: hash it anew while the password is here. */
  readonly isDated: boolean;
}

const wanted: PasswordCost = { logN: 15, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** scrypt needs 128 * N * r bytes and a little; what a damaged row may ask for is bounded by it. */
const MOST_MEMORY = 256 * 1_024 * 1_024;
const format =
  /^\$scrypt\$ln=(?<logN>\d{1,2}),r=(?<r>\d{1,2}),p=(?<p>\d)\$(?<salt>[\w-]+)\$(?<hash>[\w-]+)$/;

/**
 * Hash and verify passwords with scrypt, beside the event loop.
 *
 * Two at a time: a flood of logins can neither use up Node's four threads, which read files too,
 * nor the memory. 32 may wait; more are refused with `auth.busy`.
 */
export class Passwords {
  readonly #cost: PasswordCost;
  readonly #slots = new Slots({ running: 2, waiting: 32 });
  readonly #nobody: string;

  constructor(cost: PasswordCost = wanted) {
    this.#cost = cost;
    this.#nobody = toText(cost, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
  }

  /** Hash a password: `$scrypt$ln=15,r=8,p=1$SALT$HASH`, both in base64url. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return toText(this.#cost, salt, await this.#derive(password, salt, this.#cost));
  }

  /**
   * Whether a password is the one of this hash. Without a hash (no such user, no password yet) the
   * answer is no, and takes as long.
   */
  async verify(password: string, hash: string | undefined): Promise<Verified> {
    const parts = parse(hash ?? this.#nobody);
    const found = await this.#derive(password, parts.salt, parts.cost);
    const isRight = timingSafeEqual(found, parts.hash) && hash !== undefined;
    return { isRight, isDated: isRight && !isEqual(parts.cost, this.#cost) };
  }

  async #derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
    return await this.#slots.run(async () => await derive(password, salt, cost));
  }
}

async function derive(password: string, salt: Buffer, { logN, r, p }: PasswordCost) {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // The same letters may be typed as one code point or as two.
  const bytes = password.normalize('NFKC');
  const options = { N: 2 ** logN, r, p, maxmem: MOST_MEMORY };
  scrypt(bytes, salt, HASH_BYTES, options, (error, key) =>
    error === null ? resolve(key) : reject(error),
  );
  return await promise;
}

function toText({ logN, r, p }: PasswordCost, salt: Buffer, hash: Buffer): string {
  const [s, h] = [salt, hash].map((one) => one.toString('base64url'));
  return `$scrypt$ln=${logN},r=${r},p=${p}$${s}$${h}`;
}

function parse(text: string): { cost: PasswordCost; salt: Buffer; hash: Buffer } {
  const parts = format.exec(text)?.groups;
  const hash = Buffer.from(parts?.['hash'] ?? '', 'base64url');
  if (parts === undefined || hash.length !== HASH_BYTES) {
    throw new TypeError('a user has a password of an unknown format');
  }
  return {
    cost: { logN: Number(parts['logN']), r: Number(parts['r']), p: Number(parts['p']) },
    salt: Buffer.from(parts['salt'] ?? '', 'base64url'),
    hash,
  };
}

function isEqual(one: PasswordCost, other: PasswordCost): boolean {
  return one.logN === other.logN && one.r === other.r && one.p === other.p;
}
