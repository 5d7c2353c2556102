import type { Principal } from '../app/index.ts';
import { commentText, eventText } from './event-text.ts';

export interface EventClientOptions {
  readonly principal: Principal;
  /** Most events that wait for a client that does not read. */
  readonly maxQueued: number;
  /** Runs once, when it ends for whatever reason. */
  readonly onEnd: (client: EventClient) => void;
}

/**
 * What waits for one client of the event stream. One that does not read loses all that waited and
 * hears of it by `gap`: its queue never grows beyond `maxQueued`.
 */
export class EventClient {
  readonly principal: Principal;
  readonly #maxQueued: number;
  readonly #onEnd: (client: EventClient) => void;
  readonly #controller = new AbortController();
  #queue: string[] = [];
  #hasPing = false;
  #position = 0;
  #taken = 0;
  #gapFrom: number | undefined;
  #farewell: string | undefined;
  #wake = Promise.withResolvers<void>();

  constructor({ principal, maxQueued, onEnd }: EventClientOptions) {
    this.principal = principal;
    this.#maxQueued = maxQueued;
    this.#onEnd = onEnd;
  }

  /** Everything up to here was given to it, or left out with a `gap`. */
  get position(): number {
    return this.#position;
  }

  /** Aborts when it ends. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Go on after this position; events that came before are skipped. */
  startAt(position: number): void {
    this.#position = position;
    this.#taken = position;
  }

  push(position: number, text: string): void {
    if (this.signal.aborted || position <= this.#position) return;
    this.#position = position;
    if (this.#gapFrom !== undefined) return;
    if (this.#queue.length >= this.#maxQueued) this.#leaveOut();
    else this.#queue.push(text);
    this.#wake.resolve();
  }

  /** Nothing up to there is for it. */
  advance(position: number): void {
    this.#position = Math.max(position, this.#position);
  }

  /** Tell of events that cannot be read any more; the client goes on after `to`. */
  pushGap(to: number): void {
    if (this.signal.aborted || to <= this.#position) return;
    this.#position = to;
    this.#leaveOut();
    this.#wake.resolve();
  }

  /** One ping waits at most: a client that does not read needs no more of them. */
  pushPing(text: string): void {
    if (this.signal.aborted || this.#hasPing || this.#gapFrom !== undefined) return;
    this.#hasPing = true;
    this.#queue.push(text);
    this.#wake.resolve();
  }

  /** End at once; what waited is not sent. */
  end(farewell?: string): void {
    if (this.signal.aborted) return;
    this.#farewell = farewell;
    this.#queue = [];
    this.#controller.abort();
    this.#wake.resolve();
    this.#onEnd(this);
  }

  /** What is to be sent, as it comes, until it ends. */
  async *texts(): AsyncGenerator<string> {
    for (;;) {
      const text = this.#take();
      if (text !== '') {
        yield text;
        continue;
      }
      if (this.signal.aborted) break;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
    if (this.#farewell !== undefined) yield commentText(this.#farewell);
  }

  #leaveOut(): void {
    this.#queue = [];
    this.#hasPing = false;
    this.#gapFrom ??= this.#taken;
  }

  #take(): string {
    if (this.signal.aborted) return '';
    const from = this.#gapFrom;
    const to = this.#position;
    const [first = ''] = this.#queue;
    // Most times one text waits, and all clients share it: joining would copy it for each.
    const text = this.#queue.length > 1 ? this.#queue.join('') : first;
    this.#queue = [];
    this.#hasPing = false;
    this.#gapFrom = undefined;
    this.#taken = to;
    return from === undefined ? text : eventText('gap', to, { from, to });
  }
}
