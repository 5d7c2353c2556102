import type { Clock } from '../base/index.ts';
import type { Principal } from './principal.ts';
import { digestOf, isSecret, makeSecret } from './secrets.ts';

const LIFE_MS = 30_000;
/** Past it the oldest is void: whoever holds it asks for another. */
const MOST_TICKETS = 10_000;

interface Entry {
  readonly principal: Principal;
  readonly expiresAt: number;
}

export interface Ticket {
  readonly ticket: string;
  readonly expiresAt: number;
}

/**
 * Single-use tickets that open a WebSocket, which a browser cannot give headers. In this process
 * alone: a ticket is good for 30 s at the server that gave it.
 */
export class Tickets {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(principal: Principal): Ticket {
    const now = this.#clock.now();
    // A Map keeps the order of insertion, and all live equally long: the first is the oldest.
    for (const [digest, entry] of this.#entries) {
      if (entry.expiresAt > now && this.#entries.size < MOST_TICKETS) break;
      this.#entries.delete(digest);
    }
    const ticket = makeSecret('tbw');
    const expiresAt = now + LIFE_MS;
    this.#entries.set(digestOf(ticket), { principal, expiresAt });
    return { ticket, expiresAt };
  }

  /** Use a ticket up; undefined when it is unknown, used or too old. */
  redeem(ticket: string): Principal | undefined {
    if (!isSecret(ticket, 'tbw')) return undefined;
    const digest = digestOf(ticket);
    const entry = this.#entries.get(digest);
    this.#entries.delete(digest);
    return entry === undefined || entry.expiresAt <= this.#clock.now()
      ? undefined
      : entry.principal;
  }

  /** A login or token has ended, and its tickets with it. */
  revoke(credentialId: string): void {
    for (const [digest, { principal }] of this.#entries) {
      if (principal.credentialId === credentialId) this.#entries.delete(digest);
    }
  }
}
