import { type Clock, CodedError, hasCode, type Ids, type Log } from '../base/index.ts';
import type { Principal } from '../app/index.ts';
import type { EventsApp } from './door-app.ts';
import { EventClient } from './event-client.ts';
import { EVENT_PAGE, EventGroup } from './event-group.ts';
import { eventText, retryText } from './event-text.ts';

export interface EventLimits {
  readonly clients: number;
  readonly clientsPerUser: number;
  /** Events that wait for a client that does not read. */
  readonly queuedEvents: number;
}

export const eventLimits: EventLimits = {
  clients: 2_000,
  clientsPerUser: 20,
  queuedEvents: 1_000,
};

/** Milliseconds between two pings; a client that misses two knows that the line is dead. */
const PING_MS = 15_000;
const RETRY_MS = 1_000;
const RETRY_SPREAD_MS = 2_000;

export interface EventHubOptions {
  readonly app: EventsApp;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly limits?: EventLimits;
}

interface OpenWish {
  /** Position after which it begins; undefined: from now. */
  readonly after: number | undefined;
}

/** All clients of the event stream, grouped by what they may see. */
export class EventHub {
  readonly #app: EventsApp;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #log: Log;
  readonly #limits: EventLimits;
  readonly #clients = new Set<EventClient>();
  readonly #groups = new Map<string, EventGroup>();
  /** What is watched while there are clients. */
  #watches: DisposableStack | undefined;
  #isChecking = false;

  constructor({ app, clock, ids, log, limits = eventLimits }: EventHubOptions) {
    this.#app = app;
    this.#clock = clock;
    this.#ids = ids;
    this.#log = log;
    this.#limits = limits;
  }

  get size(): number {
    return this.#clients.size;
  }

  /**
   * Take a client in. It counts until `signal` aborts, or the reader of its texts stops.
   *
   * @throws {CodedError} `events.too-many-clients`
   */
  open(principal: Principal, { after }: OpenWish, signal: AbortSignal): AsyncIterable<string> {
    this.#checkRoom(principal);
    const leave = (): void => client.end('the server ends; come back');
    const client = new EventClient({
      principal,
      maxQueued: this.#limits.queuedEvents,
      onEnd: (ended) => {
        signal.removeEventListener('abort', leave);
        this.#leave(ended);
      },
    });
    this.#clients.add(client);
    this.#watches ??= this.#watch();
    if (signal.aborted) client.end();
    else signal.addEventListener('abort', leave, { once: true });
    return this.#texts(client, after);
  }

  async *#texts(client: EventClient, after: number | undefined): AsyncGenerator<string> {
    try {
      yield retryText(RETRY_MS + RETRY_SPREAD_MS * this.#ids.fraction());
      // The login may have ended since it was looked at, before anybody listened for this client.
      await this.#check(client);
      if (!client.signal.aborted) {
        yield* this.#replay(client, after);
        yield eventText('ready', client.position, { position: client.position });
      }
      yield* client.texts();
    } catch (error) {
      if (!client.signal.aborted) throw error;
    } finally {
      client.end();
    }
  }

  /** Give what came after `after`, then let the client hear what comes. */
  async *#replay(client: EventClient, after: number | undefined): AsyncGenerator<string> {
    const { feed } = this.#app;
    const { signal } = client;
    client.startAt(after ?? (await feed.last(signal)));
    let hasAll = after === undefined;
    for (;;) {
      // Anew each time: a group that others left is gone.
      const group = this.#groupOf(client);
      if (hasAll && group.join(client)) return;
      const from = client.position;
      const page = await feed.read({ after: from, limit: EVENT_PAGE }, group.visibility, signal);
      if (page.isGap) {
        client.startAt(page.last);
        yield eventText('gap', page.last, { from, to: page.last });
        hasAll = true;
        continue;
      }
      hasAll = page.last === from;
      client.startAt(page.last);
      const texts = page.events.map((event) => eventText('event', event.position, event));
      if (texts.length > 0) yield texts.join('');
    }
  }

  #groupOf({ principal }: EventClient): EventGroup {
    const visibility = this.#app.accounts.visibilityOf(principal);
    const key = JSON.stringify([visibility.userId, visibility.sessionId]);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group = new EventGroup(visibility, this.#app.feed, this.#log);
    this.#groups.set(key, group);
    return group;
  }

  #leave(client: EventClient): void {
    this.#clients.delete(client);
    for (const [key, group] of this.#groups) {
      group.leave(client);
      if (group.size === 0) this.#groups.delete(key);
    }
    if (this.size > 0) return;
    this.#watches?.dispose();
    this.#watches = undefined;
  }

  #watch(): DisposableStack {
    const { feed, accounts } = this.#app;
    const watches = new DisposableStack();
    watches.use(feed.watch(() => this.#groups.forEach((group) => group.poke())));
    watches.use(accounts.onRevoked((id) => this.#revoke(id)));
    watches.use(this.#clock.every(PING_MS, () => this.#tick()));
    return watches;
  }

  #revoke(id: string): void {
    for (const client of this.#clients) {
      const { credentialId, userId } = client.principal;
      if (credentialId === id || userId === id) client.end('the login ended');
    }
  }

  #tick(): void {
    const now = this.#clock.now();
    for (const client of this.#clients) {
      if ((client.principal.expiresAt ?? Infinity) <= now) client.end('the login ended');
    }
    void this.#checkAll();
    // oxlint-disable-next-line no-restricted-globals -- formats a number that a Clock gave
    const at = new Date(now).toISOString();
    for (const group of this.#groups.values()) {
      group.ping(at);
      // A notice of a commit may have been lost.
      group.poke();
    }
  }

  /** Word that a right ended may not have come: whoever hears events is asked anew now and then. */
  async #checkAll(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      for (const client of this.#clients) await this.#check(client);
    } catch (error) {
      this.#log.warn('rights of who hears events not looked at', { error });
    } finally {
      this.#isChecking = false;
    }
  }

  /** End a client that is nobody any more, or may less than when it came. */
  async #check(client: EventClient): Promise<void> {
    const { principal, signal } = client;
    try {
      const access = { kind: 'visible', role: principal.role } as const;
      await this.#app.accounts.authorize(principal, access, {}, signal);
    } catch (error) {
      if (signal.aborted) return;
      const isRefused = ['auth.login-required', 'auth.forbidden'].some((one) =>
        hasCode(error, one),
      );
      if (!isRefused) throw error;
      client.end('the login ended');
    }
  }

  #checkRoom({ userId }: Principal): void {
    const { clients, clientsPerUser } = this.#limits;
    let own = 0;
    for (const { principal } of this.#clients) if (principal.userId === userId) own += 1;
    if (this.size < clients && own < clientsPerUser) return;
    throw new CodedError(
      'events.too-many-clients',
      own < clientsPerUser
        ? `${clients} clients hear events already.`
        : `This user hears events ${clientsPerUser} times already.`,
      {
        facts: { clients, clientsPerUser, retryAfterMs: PING_MS },
        todo: 'Close tabs or programs that nobody looks at',
      },
    );
  }
}
