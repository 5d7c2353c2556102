import { type Clock, CodedError, type Log, parseCursor, toCursor } from '../base/index.ts';
import type { FeedEventView } from '../contract/index.ts';
import {
  type FeedEvent,
  findVisible,
  lastPosition,
  listFeed,
  type Page,
  readFeed,
} from '../jobs/index.ts';
import { seesAll, type Visibility } from '../sessions/index.ts';
import type { Store } from '../store/index.ts';
import { EventRing } from './event-ring.ts';
import { toTime } from './to-time.ts';

/** Who is further behind has to read everything anew. */
export const LONGEST_REPLAY = 10_000;
const LARGEST_PAGE = 1_000;
/** Read at once by the shared reader. */
const CHUNK = 500;
/** A notice of a commit can be lost: look this often without one. */
const SWEEP_MS = 1_000;

const never = new AbortController().signal;

export interface FeedRead {
  /** Oldest first; only what one may see. */
  readonly events: readonly FeedEventView[];
  /** Everything up to here was looked at: go on after it. */
  readonly last: number;
  /** The feed cannot go on after that position: too much came since, or it never came. */
  readonly isGap: boolean;
}

export interface FeedListQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly kind?: string | undefined;
}

/** What doors need of it. */
export type EventFeed = Pick<Feed, 'last' | 'read' | 'watch'>;

/**
 * Everything that happens, in the order of its commits, for any number of listeners: while
 * somebody listens, each commit is read from the database once and kept in memory for all.
 *
 * Rights are looked up in the database at each reading, after the events were read: whoever lost
 * the right to a session gets nothing that came later, and nothing older from then on.
 */
export class Feed implements Disposable {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listeners = new Set<() => void>();
  #watching: DisposableStack | undefined;
  #ring: EventRing | undefined;
  #isDue = false;
  #isPulling = false;

  constructor({ store, clock, log }: { store: Store; clock: Clock; log: Log }) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  /** The position of the newest event. */
  async last(signal: AbortSignal = never): Promise<number> {
    return await lastPosition(this.#store, signal);
  }

  /** Read what came after a position, at most `limit` (1,000) events. */
  async read(
    { after, limit: wanted }: { readonly after: number; readonly limit: number },
    visibility: Visibility,
    signal: AbortSignal = never,
  ): Promise<FeedRead> {
    const limit = Math.min(Math.max(wanted, 1), LARGEST_PAGE);
    const page =
      this.#ring?.read(after, limit) ?? (await readFeed(this.#store, { after, limit }, signal));
    if (after > page.last || page.last - after > LONGEST_REPLAY) {
      return { events: [], last: page.last, isGap: true };
    }
    const { events } = page;
    const seen = await this.#seenOf(events, visibility, signal);
    const last = events.length < limit ? page.last : (events.at(-1)?.position ?? page.last);
    return { events: seen.map(toFeedEventView), last, isGap: false };
  }

  /** List what happened, newest first. */
  async list(
    { cursor, limit, kind }: FeedListQuery,
    visibleTo: Visibility,
    signal: AbortSignal = never,
  ): Promise<Page<FeedEventView>> {
    const before = cursor === undefined ? Infinity : parseCursor(cursor).createdAt;
    const size = Math.min(Math.max(limit, 1), LARGEST_PAGE);
    const query = { before, kind, visibleTo, limit: size };
    const { events, next } = await listFeed(this.#store, query, signal);
    return {
      items: events.map(toFeedEventView),
      next: next === undefined ? undefined : toCursor({ createdAt: next, id: 'event' }),
    };
  }

  /** Hear that something happened; what, is read. Notices may be merged. */
  watch(listener: () => void): Disposable {
    // A fresh function, so that one listener given twice is heard and removed twice.
    const own = (): void => listener();
    this.#listeners.add(own);
    this.#watching ??= this.#watch();
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(own);
        if (this.#listeners.size === 0) this[Symbol.dispose]();
      },
    };
  }

  [Symbol.dispose](): void {
    this.#listeners.clear();
    this.#watching?.dispose();
    this.#watching = undefined;
    this.#ring = undefined;
  }

  #watch(): DisposableStack {
    const watching = new DisposableStack();
    watching.use(this.#store.watch(() => this.#poke()));
    watching.use(this.#clock.every(SWEEP_MS, () => this.#poke()));
    this.#poke();
    return watching;
  }

  #poke(): void {
    this.#isDue = true;
    if (this.#isPulling) return;
    this.#isPulling = true;
    void this.#pull();
  }

  async #pull(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false;
      try {
        await this.#pullOnce();
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        this.#log.warn('events were not read; the next sweep tries again', { error });
      }
    }
    // In the same turn as the last look at #isDue: a poke after it starts a new run.
    this.#isPulling = false;
  }

  async #pullOnce(): Promise<void> {
    if (this.#watching === undefined) return;
    if (this.#ring === undefined) {
      const last = await lastPosition(this.#store, never);
      // Listeners that came meanwhile may have read an older position.
      if (this.#watching !== undefined) this.#ring = new EventRing(last);
      this.#tell();
      return;
    }
    const ring = this.#ring;
    const page = await readFeed(this.#store, { after: ring.last, limit: CHUNK }, never);
    if (ring !== this.#ring || page.last === ring.last) return;
    const isAll = page.events.length < CHUNK;
    ring.add(page.events, isAll ? page.last : (page.events.at(-1)?.position ?? page.last));
    if (!isAll) this.#isDue = true;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  async #seenOf(
    events: readonly FeedEvent[],
    visibility: Visibility,
    signal: AbortSignal,
  ): Promise<readonly FeedEvent[]> {
    if (seesAll(visibility)) return events;
    const ids = new Set(events.flatMap(({ sessionId }) => sessionId ?? []));
    const visible = await findVisible(this.#store, [...ids], visibility, signal);
    return events.filter(
      (event) =>
        (event.sessionId !== undefined && visible.has(event.sessionId)) ||
        isOwnDeletion(event, visibility),
    );
  }
}

/** The session is gone, and with it who its members were; its owner is told. */
function isOwnDeletion(
  { kind, data, sessionId }: FeedEvent,
  { userId, sessionId: only }: Visibility,
): boolean {
  return (
    kind === 'session.deleted' &&
    userId !== undefined &&
    data['user_id'] === userId &&
    (only === undefined || only === sessionId)
  );
}

function toFeedEventView({ position, stream, sequence, sessionId, kind, at, data }: FeedEvent) {
  const session_id = sessionId ?? null;
  return { position, stream, sequence, session_id, kind, at: toTime(at), data };
}
