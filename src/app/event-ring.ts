import type { FeedEvent, FeedPage } from '../jobs/index.ts';

const MOST_EVENTS = 10_000;
/** What their data may take together, in characters. */
const MOST_DATA = 16 * 1_024 * 1_024;

/** The newest events; when it is full the oldest ones give way, and are read from the database. */
export class EventRing {
  #events: FeedEvent[] = [];
  #size = 0;
  /** Every event after this position, up to `last`, is here. */
  #start: number;
  #last: number;

  constructor(last: number) {
    this.#start = last;
    this.#last = last;
  }

  get last(): number {
    return this.#last;
  }

  /** Add what came after `last`; nothing else lies between there and the new `last`. */
  add(events: readonly FeedEvent[], last: number): void {
    this.#events.push(...events);
    this.#last = last;
    for (const { size } of events) this.#size += size;
    let surplus = Math.max(0, this.#events.length - MOST_EVENTS);
    let size = this.#size;
    for (const event of this.#events.slice(0, surplus)) size -= event.size;
    while (size > MOST_DATA) {
      size -= this.#events[surplus]?.size ?? size;
      surplus += 1;
    }
    if (surplus === 0) return;
    this.#start = this.#events[surplus - 1]?.position ?? last;
    this.#events = this.#events.slice(surplus);
    this.#size = size;
  }

  /** What came after a position, oldest first; undefined where that is not known here. */
  read(after: number, limit: number): FeedPage | undefined {
    if (after < this.#start || after > this.#last) return undefined;
    const first = this.#findAfter(after);
    return { events: this.#events.slice(first, first + limit), last: this.#last };
  }

  /** Index of the first event after a position. */
  #findAfter(after: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.position ?? Infinity) > after) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
