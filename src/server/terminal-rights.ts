import type { Principal } from '../app/index.ts';
import { inOwn, type Role } from '../contract/index.ts';
import type { TerminalsApp } from './door-app.ts';
import type { Clock } from '../base/index.ts';

/** A right that was found is used for so long. What takes rights away closes sockets at once. */
const FRESH_MS = 1_000;
/** Answers that are kept; more than panes of one socket with two roles each. */
const MOST_KEPT = 256;

/** What somebody may do at terminals, looked up at most once a second for each. */
export class TerminalRights {
  readonly #accounts: TerminalsApp['accounts'];
  readonly #principal: Principal;
  readonly #clock: Clock;
  readonly #granted = new Map<string, number>();

  constructor(accounts: TerminalsApp['accounts'], principal: Principal, clock: Clock) {
    this.#accounts = accounts;
    this.#principal = principal;
    this.#clock = clock;
  }

  /** @throws {CodedError} `auth.forbidden`, `auth.login-required`, or that there is no such agent. */
  async check(agentId: string, role: Role, signal: AbortSignal): Promise<void> {
    const key = `${role} ${agentId}`;
    const now = this.#clock.monotonic();
    const grantedAt = this.#granted.get(key);
    if (grantedAt !== undefined && now - grantedAt < FRESH_MS) return;
    this.#granted.delete(key);
    const subject = { agent_id: agentId };
    await this.#accounts.authorize(this.#principal, inOwn(role, 'agent_id'), subject, signal);
    if (this.#granted.size >= MOST_KEPT) this.#granted.clear();
    this.#granted.set(key, now);
  }
}
