import {
  decodeFrame,
  encodeFrame,
  frameError,
  type FrameError,
  readJsonPayload,
  serverFrames,
  type SubPayload,
  terminalProtocol,
  viewerFrames,
} from '../../../src/contract/index.ts';
import { backOffMs, type Timers } from './timers.ts';
import { type TerminalListener, TerminalView } from './terminal-view.ts';

/** The part of a WebSocket that is used; its frames are binary. */
export interface SocketLike {
  send(bytes: Uint8Array): void;
  close(): void;
  listen(to: {
    readonly onOpen: () => void;
    readonly onFrame: (bytes: Uint8Array) => void;
    readonly onClose: (code: number) => void;
  }): void;
}

/**
 * `connecting`: on the way, also between two tries. `refused`: nobody is logged in any more; say
 * `connect` after the next login.
 */
export type ConnectionState = 'connecting' | 'open' | 'closed' | 'refused';

export interface TerminalClientOptions {
  /** `ws://…/ws/terminal`, without a query. */
  readonly url: string;
  /** Get a ticket to open the socket with; undefined when nobody is logged in any more. */
  readonly fetchTicket: () => Promise<string | undefined>;
  readonly openSocket: (url: string, protocol: string) => SocketLike;
  readonly timers: Timers;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  readonly onState?: (state: ConnectionState) => void;
  /** What the server says of the socket, not of one terminal. */
  readonly onError?: (error: FrameError) => void;
}

const PING_MS = 15_000;
/** Two pings without an answer. */
const SILENT_MS = 35_000;

/**
 * Many terminals over one socket, which is opened again when it breaks: each goes on where it
 * was. Input that nobody acknowledged is never sent again.
 */
export class TerminalClient {
  readonly #options: TerminalClientOptions;
  readonly #views = new Map<number, TerminalView>();
  #state: ConnectionState = 'closed';
  #socket: SocketLike | undefined;
  #lastPane = 0;
  #failures = 0;
  #heardAt = 0;
  /** Counts tries, so that one that was given up does nothing. */
  #try = 0;
  #cancelTimer = (): void => {};

  constructor(options: TerminalClientOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Open the socket, or try at once where the next try is still to come. */
  connect(): void {
    if (this.#state === 'open') return;
    this.#begin();
  }

  /** Close the socket for good; `connect` opens it again, with the same views. */
  close(): void {
    this.#drop();
    this.#setState('closed');
  }

  /** Show a terminal until the view is closed. */
  show(agentId: string, mode: SubPayload['mode'], listener: TerminalListener): TerminalView {
    this.#lastPane += 1;
    const client = (): TerminalClient => this;
    const link = {
      get isOpen(): boolean {
        return client().state === 'open';
      },
      send: (frame: Uint8Array) => this.#socket?.send(frame),
      leave: (pane: number) => void this.#views.delete(pane),
    };
    const view = new TerminalView({ pane: this.#lastPane, agentId, mode }, link, listener);
    this.#views.set(view.pane, view);
    if (this.#state === 'open') view.subscribe();
    return view;
  }

  #begin(): void {
    this.#drop();
    this.#setState('connecting');
    void this.#openByTicket(this.#try);
  }

  async #openByTicket(attempt: number): Promise<void> {
    let ticket: string | undefined;
    try {
      ticket = await this.#options.fetchTicket();
    } catch {
      if (attempt === this.#try) this.#retry();
      return;
    }
    if (attempt !== this.#try) return;
    if (ticket === undefined) this.#setState('refused');
    else this.#open(ticket);
  }

  #open(ticket: string): void {
    const { url, openSocket, timers } = this.#options;
    const attempt = this.#try;
    const socket = openSocket(`${url}?ticket=${encodeURIComponent(ticket)}`, terminalProtocol);
    const isMine = (): boolean => attempt === this.#try;
    this.#socket = socket;
    this.#heardAt = timers.now();
    this.#watch();
    socket.listen({
      onOpen: () => {
        if (!isMine()) return;
        this.#setState('open');
        for (const view of this.#views.values()) view.subscribe();
        this.#ping();
      },
      onFrame: (bytes) => {
        if (isMine()) this.#hear(bytes);
      },
      // Refused upgrades and broken lines look the same here: the next ticket tells them apart.
      onClose: () => {
        if (isMine()) this.#retry();
      },
    });
  }

  #hear(bytes: Uint8Array): void {
    this.#heardAt = this.#options.timers.now();
    this.#failures = 0;
    const frame = decodeFrame(bytes);
    if (frame.type === serverFrames.pong) return;
    const view = this.#views.get(frame.pane);
    if (view !== undefined) view.hear(frame);
    else if (frame.type === serverFrames.error && frame.pane === 0) {
      this.#options.onError?.(readJsonPayload(frameError, frame.payload));
    }
  }

  /** Ask for an answer now and then, and give a line up that gives none. */
  #watch(): void {
    const { timers } = this.#options;
    this.#cancelTimer();
    this.#cancelTimer = timers.after(PING_MS, () => {
      if (timers.now() - this.#heardAt >= SILENT_MS) this.#retry();
      else {
        if (this.#state === 'open') this.#ping();
        this.#watch();
      }
    });
  }

  #ping(): void {
    const payload = new Uint8Array(0);
    this.#socket?.send(
      encodeFrame({ type: viewerFrames.ping, pane: 0, epoch: 0, seq: 0, payload }),
    );
  }

  #retry(): void {
    this.#drop();
    this.#setState('connecting');
    const waitMs = backOffMs(this.#failures, this.#options.random());
    this.#failures += 1;
    this.#cancelTimer = this.#options.timers.after(waitMs, () => this.#begin());
  }

  #drop(): void {
    this.#try += 1;
    this.#cancelTimer();
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    if (this.#state !== 'open') return;
    this.#state = 'connecting';
    for (const view of this.#views.values()) view.disconnect();
    this.#options.onState?.('connecting');
  }

  #setState(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState?.(state);
  }
}
