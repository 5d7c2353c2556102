import { type Clock, CodedError } from '../base/index.ts';
import {
  connectTmuxServer,
  isPaneId,
  stripControls,
  type TmuxPane,
  type TmuxServer,
} from '../tmux/index.ts';
import { inputFull, terminalGone } from './errors.ts';
import type { Size } from './screen-model.ts';
import type { TerminalPlace } from './terminal.ts';

/** Input on its way; tmux takes more than 1 MB/s. */
const MOST_PENDING_BYTES = 262_144;
/** What one command sends. */
const CHUNK_BYTES = 2_048;

/**
 * Types into one pane. It keeps one connection from `open` to `close`: tmux 3.3a can die when a
 * client attaches while it tells another one of a change, so nobody attaches to watch, nor for
 * every key.
 */
export class TerminalWriter implements AsyncDisposable {
  readonly #place: TerminalPlace;
  readonly #options: { readonly clock: Clock; readonly tmuxPath: string };
  #connection: Promise<TmuxServer> | undefined;
  #closing: Promise<void> = Promise.resolve();
  #pasting: Promise<void> = Promise.resolve();
  readonly #sending = new Set<Promise<void>>();
  #pendingBytes = 0;

  constructor(place: TerminalPlace, options: { readonly clock: Clock; readonly tmuxPath: string }) {
    this.#place = place;
    this.#options = options;
  }

  /** @throws {CodedError} `terminal.gone` */
  async open(): Promise<void> {
    await this.#guarded(async () => await this.#pane());
  }

  /** Let the connection go, in the background; what is on its way is typed first. */
  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    this.#closing = this.#letGo(connection, this.#closing);
  }

  /**
   * Send bytes as they are. Calls that follow each other without waiting keep their order.
   *
   * @throws {CodedError} `terminal.gone`, `terminal.input-full`
   */
  async send(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#counted(bytes.length, async () => {
      // Those that were called before; a paste that comes while this waits is a later one.
      const before = this.#pasting;
      const pane = await this.#pane();
      await before;
      const starts = Array.from(
        { length: Math.ceil(bytes.length / CHUNK_BYTES) },
        (_, index) => index * CHUNK_BYTES,
      );
      const chunks = starts.map((start) => bytes.subarray(start, start + CHUNK_BYTES));
      await Promise.all(chunks.map(async (chunk) => await pane.sendBytes(chunk, signal)));
    });
  }

  /** The same with text as one bracketed paste; control characters are taken out. */
  async paste(text: string, signal: AbortSignal): Promise<void> {
    await this.#counted(Buffer.byteLength(text), async () => {
      const before = this.#pasting;
      const done = Promise.withResolvers<void>();
      // A long one goes by a file, so what is typed next has to wait for it.
      this.#pasting = done.promise;
      try {
        const pane = await this.#pane();
        await before;
        await pane.paste(stripControls(text), signal);
      } finally {
        done.resolve();
      }
    });
  }

  /** @throws {CodedError} `terminal.gone` */
  async resize(size: Size, signal: AbortSignal): Promise<void> {
    await this.#guarded(async () => await (await this.#pane()).resizeWindow(size, signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#closing;
  }

  async #letGo(connection: Promise<TmuxServer>, before: Promise<void>): Promise<void> {
    await before;
    await Promise.allSettled(this.#sending);
    // One that never opened was told to whoever opened it.
    const server = await connection.catch(() => undefined);
    await server?.[Symbol.asyncDispose]();
  }

  async #counted(bytes: number, action: () => Promise<void>): Promise<void> {
    if (this.#pendingBytes + bytes > MOST_PENDING_BYTES) throw inputFull(this.#pendingBytes);
    this.#pendingBytes += bytes;
    const sending = this.#guarded(action);
    this.#sending.add(sending);
    try {
      await sending;
    } finally {
      this.#sending.delete(sending);
      this.#pendingBytes -= bytes;
    }
  }

  async #guarded<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (isGone(error)) throw terminalGone(this.#place.agentId, error);
      throw error;
    }
  }

  async #pane(): Promise<TmuxPane> {
    const { pane, agentId } = this.#place;
    if (pane === undefined || !isPaneId(pane.paneId)) throw terminalGone(agentId);
    this.#connection ??= this.#connect(pane.socketPath);
    const server = await this.#connection;
    return server.pane(pane.paneId);
  }

  async #connect(socketPath: string): Promise<TmuxServer> {
    // The one before is let go first: two that attach at once are what tmux dies of.
    await this.#closing;
    // Others wait for it too, so no single caller's signal ends it; it has a deadline.
    const everyone = new AbortController().signal;
    try {
      return await connectTmuxServer({ socketPath, ...this.#options }, everyone);
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }
}

const goneCodes = new Set([
  'tmux.pane-dead',
  'tmux.pane-gone',
  'tmux.server-gone',
  'tmux.generation-gone',
  'tmux.connection-lost',
]);

function isGone(error: unknown): boolean {
  return error instanceof CodedError && goneCodes.has(error.code);
}
