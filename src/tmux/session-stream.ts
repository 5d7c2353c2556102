import { abortable, hasCode } from '../base/index.ts';
import type { ControlConnection } from './connection.ts';
import type { PaneId } from './ids.ts';
import type { TmuxLink } from './link.ts';
import type { TmuxNotification } from './notifications.ts';

/** Where a pane's bytes go. Called in order, from the connection: must not throw or wait. */
export interface OutputSink {
  onBytes(bytes: Buffer): void;
  /** Bytes are missing here: tmux dropped them, or the connection was away. */
  onGap(reason: GapReason): void;
  /** No more bytes will come: the program ended, or (with an error) the pane is gone. */
  onEnd(error: Error | undefined): void;
}

/** How a connection ends under a command. */
const lossCodes = ['tmux.connection-lost', 'tmux.server-gone', 'tmux.server-unresponsive'];

export type GapReason = 'paused' | 'reconnected';

/**
 * The output of one session's panes, by a control client of its own: tmux gives a client the
 * output of its session only, and a flood here does not keep commands waiting. The client is told
 * to be quiet while nobody watches, and is opened again when it is lost.
 */
export class SessionStream implements AsyncDisposable {
  readonly #link: TmuxLink;
  readonly #session: string;
  readonly #sinks = new Map<PaneId, Set<OutputSink>>();
  #connection: Promise<ControlConnection> | undefined;
  #isClosed = false;

  constructor(link: TmuxLink, session: string) {
    this.#link = link;
    this.#session = session;
  }

  /** Send what the pane prints to `sink`. Once this has resolved, no later byte is missed untold. */
  async add(pane: PaneId, sink: OutputSink, signal: AbortSignal): Promise<Disposable> {
    const sinks = this.#sinks.get(pane) ?? new Set();
    this.#sinks.set(pane, sinks.add(sink));
    const own = { [Symbol.dispose]: () => this.#remove(pane, sink) };
    try {
      const connection = await abortable(this.#open(), signal);
      // Asked even when output flows already: the reply marks the place in the stream.
      await connection.sequence([['refresh-client', '-f', '!no-output']], signal);
      return own;
    } catch (error) {
      own[Symbol.dispose]();
      throw error;
    }
  }

  /** Wait until everything that tmux had read before now has reached the sinks. */
  async drain(signal: AbortSignal): Promise<void> {
    const connection = await this.#connection;
    await connection?.sequence([['refresh-client']], signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const [opened] = await Promise.allSettled([this.#connection]);
    if (opened.status === 'fulfilled') await opened.value?.[Symbol.asyncDispose]();
  }

  #remove(pane: PaneId, sink: OutputSink): void {
    const sinks = this.#sinks.get(pane);
    sinks?.delete(sink);
    if (sinks?.size === 0) this.#sinks.delete(pane);
    if (this.#sinks.size === 0) void this.#tell(['refresh-client', '-f', 'no-output']);
  }

  async #open(): Promise<ControlConnection> {
    this.#connection ??= this.#connect();
    try {
      return await this.#connection;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }

  async #connect(): Promise<ControlConnection> {
    const connection = await this.#link.openStream(
      this.#session,
      (pane, bytes) => this.#each(pane, (sink) => sink.onBytes(bytes)),
      (notification) => this.#heard(notification),
    );
    void connection.lost.then(() => this.#lost());
    return connection;
  }

  #heard(notification: TmuxNotification): void {
    if (notification.kind === 'pane-paused') {
      this.#each(notification.pane, (sink) => sink.onGap('paused'));
      void this.#tell(['refresh-client', '-A', `${notification.pane}:continue`]);
    }
    // Its session ended and tmux moved the client to another one, whose output nobody asked for.
    if (notification.kind === 'session-changed' && notification.session !== this.#session) {
      void this.#leave();
    }
  }

  async #leave(): Promise<void> {
    // One that never opened is left already, and whoever opened it knows.
    const [opened] = await Promise.allSettled([this.#connection]);
    if (opened.status === 'fulfilled') opened.value?.kill();
  }

  /** Send what needs no answer; the loss of the connection is handled where it is opened again. */
  async #tell(command: readonly string[]): Promise<void> {
    try {
      const connection = await this.#connection;
      await connection?.sequence([command], new AbortController().signal);
    } catch (error) {
      // A failure that nobody awaits would end the process.
      if (!lossCodes.some((code) => hasCode(error, code))) throw error;
    }
  }

  #lost(): void {
    this.#connection = undefined;
    if (!this.#isClosed && this.#sinks.size > 0) void this.#resume();
  }

  async #resume(): Promise<void> {
    try {
      const connection = await this.#open();
      await connection.sequence(
        [['refresh-client', '-f', '!no-output']],
        new AbortController().signal,
      );
      for (const pane of this.#sinks.keys()) this.#each(pane, (sink) => sink.onGap('reconnected'));
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      for (const pane of this.#sinks.keys()) this.#each(pane, (sink) => sink.onEnd(failure));
    }
  }

  #each(pane: PaneId, action: (sink: OutputSink) => void): void {
    for (const sink of this.#sinks.get(pane) ?? []) action(sink);
  }
}
