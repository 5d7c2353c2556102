import { type Clock, networkOf } from '../base/index.ts';
import { isLoopback } from './hosts.ts';
import { RateLimit } from './rate-limit.ts';
import { TooManyRequestsError } from './request-errors.ts';

/** Requests a minute. */
export interface RequestRates {
  /** By one address, to log in or to use a one-time link. */
  readonly logins: number;
  /** By one login or token, or by one address that is nobody yet. */
  readonly reads: number;
  readonly writes: number;
}

interface Asked {
  readonly name: string;
  readonly isRead: boolean;
  readonly address: string;
  readonly credentialId: string | undefined;
}

/** Whoever guesses passwords or codes is slowed down first. */
const guessable: ReadonlySet<string> = new Set(['logIn', 'acceptInvitation', 'getInvitation']);
const health: ReadonlySet<string> = new Set(['healthz', 'readyz']);

/** How much one address or one login may ask for. */
export class RequestLimits {
  readonly #logins: RateLimit;
  readonly #reads: RateLimit;
  readonly #writes: RateLimit;

  constructor({ logins, reads, writes }: RequestRates, clock: Clock) {
    this.#logins = new RateLimit({ perMinute: logins }, clock);
    this.#reads = new RateLimit({ perMinute: reads }, clock);
    this.#writes = new RateLimit({ perMinute: writes }, clock);
  }

  /** @throws {TooManyRequestsError} */
  take({ name, isRead, address, credentialId }: Asked): void {
    // Whoever watches over this machine must not be told that it is ill because it asks often.
    if (health.has(name) && isLoopback(address)) return;
    const byAddress = `address ${networkOf(address)}`;
    const waitMs = guessable.has(name)
      ? this.#logins.take(byAddress)
      : (isRead ? this.#reads : this.#writes).take(credentialId ?? byAddress);
    if (waitMs > 0) throw new TooManyRequestsError(waitMs);
  }
}
