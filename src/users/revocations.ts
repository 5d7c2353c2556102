import type { Clock, Log } from '../base/index.ts';
import type { Sql, Store } from '../store/index.ts';
import { countAccountChanges } from './change-accounts.ts';
import { findAgain } from './credentials.ts';
import type { Principal } from './principal.ts';
import type { Tickets } from './tickets.ts';

/** Ends by time and what the counter missed (a session's end takes its members along). */
const SWEEP_MS = 15_000;
/** Credentials watched; past it the one unused for longest counts as revoked: its sockets close. */
const MOST_WATCHED = 20_000;

/** Looked at in one transaction; requests get their turn between two. */
const CHUNK = 100;

export interface RevocationsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Those of a credential are void when it is told of. */
  readonly tickets: Tickets;
}

export type OnRevoked = (credentialId: string) => void;

/** What somebody's rights rest on, and how many changes of accounts are in it. */
export interface Rights {
  readonly text: string;
  readonly seen: number;
}

interface Watched {
  readonly principal: Pick<Principal, 'via' | 'credentialId' | 'userId'>;
  /** Everything that its rights rest on, as one text. */
  readonly rights: string;
}

/**
 * Tells when the rights of somebody who is here have changed or ended, in this process or by
 * another: whoever holds a socket for them closes it, and they come again with what they may now.
 */
export class Revocations implements AsyncDisposable {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #tickets: Tickets;
  readonly #listeners = new Set<OnRevoked>();
  readonly #watched = new Map<string, Watched>();
  readonly #closing = new AbortController();
  #watching: DisposableStack | undefined;
  #running: Promise<void> | undefined;
  #isDue = false;
  #isSweepDue = false;
  #seen = -1;

  constructor({ store, clock, log, tickets }: RevocationsOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#tickets = tickets;
  }

  /** Hear the ids of credentials whose rights changed or ended, until disposed. */
  listen(listener: OnRevoked): Disposable {
    const own: OnRevoked = (id) => listener(id);
    this.#listeners.add(own);
    this.#watching ??= this.#watch();
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(own);
        if (this.#listeners.size === 0) this.#unwatch();
      },
    };
  }

  /** Read what somebody's rights rest on, in the transaction that lets them in; then `note` it. */
  async readRights(sql: Sql, principal: Principal): Promise<Rights | undefined> {
    if (this.#watching === undefined) return undefined;
    return { text: await rightsIn(sql, principal), seen: await countAccountChanges(sql) };
  }

  /** Watch somebody who was let in. Sockets that were opened with other rights are told of. */
  note({ credentialId, via, userId }: Principal, rights: Rights | undefined): void {
    if (this.#watching === undefined || rights === undefined) return;
    const before = this.#watched.get(credentialId);
    if (before !== undefined && before.rights !== rights.text) this.#tell(credentialId);
    this.#watched.delete(credentialId);
    this.#watched.set(credentialId, {
      principal: { credentialId, via, userId },
      rights: rights.text,
    });
    const [oldest] = this.#watched.keys();
    if (this.#watched.size > MOST_WATCHED && oldest !== undefined) this.#tell(oldest);
    // A look at the rights after that transaction has not seen this one.
    if (rights.seen !== this.#seen) this.#poke(true);
  }

  /** Resolves when everything that is committed now has been told. */
  async settle(): Promise<void> {
    if (this.#watching === undefined) return;
    this.#poke(true);
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new Error('the accounts are closed'));
    this.#listeners.clear();
    this.#unwatch();
    await this.#running;
  }

  #watch(): DisposableStack {
    const stack = new DisposableStack();
    stack.use(this.#store.watch(() => this.#poke(false)));
    stack.use(this.#clock.every(SWEEP_MS, () => this.#poke(true)));
    return stack;
  }

  #unwatch(): void {
    this.#watching?.dispose();
    this.#watching = undefined;
    this.#watched.clear();
  }

  #poke(isSweep: boolean): void {
    this.#isDue = true;
    this.#isSweepDue ||= isSweep;
    if (this.#closing.signal.aborted) return;
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (this.#isDue && !this.#closing.signal.aborted) {
        const isSweep = this.#isSweepDue;
        this.#isDue = false;
        this.#isSweepDue = false;
        await this.#look(isSweep);
      }
    } catch (error) {
      // The database is busy or full: every request meets the same, and the sweep tries again.
      if (!this.#closing.signal.aborted) this.#log.warn('rights not looked at', { error });
    } finally {
      this.#running = undefined;
    }
  }

  async #look(isSweep: boolean): Promise<void> {
    const { signal } = this.#closing;
    const seen = await this.#store.read(countAccountChanges, signal);
    if (seen === this.#seen && !isSweep) return;
    const watched = [...this.#watched.values()];
    for (let start = 0; start < watched.length; start += CHUNK) {
      const part = watched.slice(start, start + CHUNK);
      for (const id of await this.#findChanged(part)) this.#tell(id);
    }
    // Read before the rights: a change in between is looked at once more.
    this.#seen = seen;
  }

  async #findChanged(watched: readonly Watched[]): Promise<readonly string[]> {
    const now = this.#clock.now();
    return await this.#store.read(async (sql) => {
      const ids: string[] = [];
      for (const { principal, rights } of watched) {
        const found = await findAgain(sql, principal, now);
        const fresh = found === undefined ? undefined : await rightsIn(sql, found.principal);
        if (fresh !== rights) ids.push(principal.credentialId);
      }
      return ids;
    }, this.#closing.signal);
  }

  #tell(credentialId: string): void {
    this.#watched.delete(credentialId);
    this.#tickets.revoke(credentialId);
    for (const listener of this.#listeners) listener(credentialId);
  }
}

/** Role, session and memberships as one text that changes when one of them does. */
async function rightsIn(sql: Sql, { userId, role, sessionId }: Principal): Promise<string> {
  const rows = await sql.all(
    'SELECT session_id, role FROM members WHERE user_id = $1 ORDER BY session_id',
    [userId],
  );
  const members = rows.map((row) => [row['session_id'], row['role']]);
  return JSON.stringify([role, sessionId ?? null, members]);
}
