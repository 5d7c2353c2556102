import { setImmediate } from 'node:timers/promises';
import type { Log } from '../base/index.ts';
import type { Visibility } from '../app/index.ts';
import type { Feed } from './door-app.ts';
import type { EventClient } from './event-client.ts';
import { eventText } from './event-text.ts';

/** Events that are read at once. */
export const EVENT_PAGE = 500;

/**
 * Clients that may see the same: each event is read and written down once for all of them.
 * The narrowing happens where the events are read, so it is as new as the events.
 */
export class EventGroup {
  readonly visibility: Visibility;
  readonly #feed: Feed;
  readonly #log: Log;
  readonly #clients = new Set<EventClient>();
  readonly #stop = new AbortController();
  #position: number | undefined;
  #isStale = false;
  #isReading = false;

  constructor(visibility: Visibility, feed: Feed, log: Log) {
    this.visibility = visibility;
    this.#feed = feed;
    this.#log = log;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** Take a client in that has everything up to its position. False: it has to read on first. */
  join(client: EventClient): boolean {
    this.#position ??= client.position;
    if (client.position < this.#position) return false;
    this.#clients.add(client);
    // Nobody told of what came before the first one joined.
    if (this.size === 1) this.poke();
    return true;
  }

  leave(client: EventClient): void {
    this.#clients.delete(client);
    if (this.size === 0) this.#stop.abort();
  }

  /** There may be new events. */
  poke(): void {
    this.#isStale = true;
    if (!this.#isReading) void this.#read();
  }

  /** `at`: the server's time. The position goes along, for who sees few of the events. */
  ping(at: string): void {
    const position = this.#position ?? 0;
    const plain = eventText('ping', undefined, { at });
    const placed = eventText('ping', position, { at });
    for (const client of this.#clients) {
      client.pushPing(client.position === position ? placed : plain);
    }
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.#isStale && !this.#stop.signal.aborted) {
        this.#isStale = false;
        // Between pages those who read well get what they have, so that only slow ones fall behind.
        while (await this.#readPage()) await setImmediate();
      }
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#log.error('the event stream cannot read on', { error });
      // They come back with the last event they have, and miss nothing.
      for (const client of this.#clients) client.end('events cannot be read now');
    } finally {
      this.#isReading = false;
    }
  }

  /** True when there may be more. */
  async #readPage(): Promise<boolean> {
    const after = this.#position ?? 0;
    const page = { after, limit: EVENT_PAGE };
    const { signal } = this.#stop;
    const { events, last, isGap } = await this.#feed.read(page, this.visibility, signal);
    if (isGap) {
      this.#position = last;
      for (const client of this.#clients) client.pushGap(last);
      return false;
    }
    for (const event of events) {
      const text = eventText('event', event.position, event);
      for (const client of this.#clients) client.push(event.position, text);
    }
    this.#position = last;
    for (const client of this.#clients) client.advance(last);
    // A page with few events for these clients may be full of others'.
    return last > after;
  }
}
