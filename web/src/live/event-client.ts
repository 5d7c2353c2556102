import { feedEventNames, feedEventView, type FeedEventView } from '../../../src/contract/index.ts';
import { backOffMs, type Timers } from './timers.ts';

export interface EventMessage {
  readonly name: string;
  readonly data: string;
  readonly lastEventId: string;
}

/** The part of an EventSource that is used. */
export interface EventSourceLike {
  listen(
    names: readonly string[],
    to: { readonly onMessage: (message: EventMessage) => void; readonly onError: () => void },
  ): void;
  close(): void;
}

export interface EventClientOptions {
  /** `/api/events` */
  readonly url: string;
  readonly openSource: (url: string) => EventSourceLike;
  readonly timers: Timers;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  /** Each event once, in order. */
  readonly onEvent: (event: FeedEventView) => void;
  /** Events between these positions will never be heard: read everything anew. */
  readonly onGap: (gap: { readonly from: number; readonly to: number }) => void;
  /** Told when it begins, and when it ceases, that everything so far was heard. */
  readonly onState?: (isOpen: boolean) => void;
}

/** The server pings every 15 s: two did not come. */
const SILENT_MS = 35_000;

/**
 * Hears everything that happens from the moment it is started, over any number of reconnects:
 * each event once and in order, or a gap that says what was missed.
 */
export class EventClient {
  readonly #options: EventClientOptions;
  #source: EventSourceLike | undefined;
  #position: number | undefined;
  #failures = 0;
  #isStarted = false;
  #isOpen = false;
  #cancelRetry = (): void => {};
  #cancelSilence = (): void => {};

  constructor(options: EventClientOptions) {
    this.#options = options;
  }

  /** Everything that happened so far was heard. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The last event that was heard, or that could have been. */
  get position(): number | undefined {
    return this.#position;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#open();
  }

  /** Hear nothing more; `start` goes on where it was. */
  stop(): void {
    this.#isStarted = false;
    this.#close();
    this.#setOpen(false);
  }

  #open(): void {
    this.#close();
    const { url, openSource } = this.#options;
    // The browser's own way back gives up when a server that starts anew refuses it once.
    const query = this.#position === undefined ? '' : `?after=${this.#position}`;
    const source = openSource(`${url}${query}`);
    this.#source = source;
    this.#watchSilence();
    source.listen(feedEventNames, {
      onMessage: (message) => {
        if (this.#source === source) this.#hear(message);
      },
      onError: () => {
        if (this.#source === source) this.#retry();
      },
    });
  }

  #hear({ name, data, lastEventId }: EventMessage): void {
    this.#watchSilence();
    const value: unknown = JSON.parse(data);
    const id = /^\d+$/.test(lastEventId) ? Number(lastEventId) : undefined;
    const before = this.#position ?? -1;
    if (name === 'event') {
      const event = feedEventView.parse(value);
      if (event.position <= before) return;
      this.#position = event.position;
      this.#options.onEvent(event);
      return;
    }
    if (name === 'gap') {
      // Also back, where the server has an older database than before.
      this.#position = id ?? before;
      this.#options.onGap({ from: Math.max(before, 0), to: this.#position });
      return;
    }
    if (id !== undefined) this.#position = Math.max(before, id);
    if (name !== 'ready') return;
    this.#failures = 0;
    this.#setOpen(true);
  }

  #retry(): void {
    this.#close();
    const { timers, random } = this.#options;
    this.#setOpen(false);
    this.#cancelRetry = timers.after(backOffMs(this.#failures, random()), () => this.#open());
    this.#failures += 1;
  }

  #close(): void {
    this.#cancelRetry();
    this.#cancelSilence();
    this.#source?.close();
    this.#source = undefined;
  }

  /** A line that says nothing is as good as none, also while it is being opened. */
  #watchSilence(): void {
    this.#cancelSilence();
    this.#cancelSilence = this.#options.timers.after(SILENT_MS, () => this.#retry());
  }

  #setOpen(isOpen: boolean): void {
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    this.#options.onState?.(isOpen);
  }
}
