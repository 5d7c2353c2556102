import { notWriter, terminalGone } from './errors.ts';
import { InputCount } from './input-count.ts';
import type { LiveTerminal } from './live-terminal.ts';
import type { Watching } from './terminal.ts';
import type { Watcher } from './watcher.ts';

/** What one viewer can do with the terminal that it watches. */
export class OneWatching implements Watching {
  readonly #terminal: LiveTerminal;
  readonly #watcher: Watcher;
  readonly #leave: () => void;
  readonly #count = new InputCount();

  constructor(terminal: LiveTerminal, watcher: Watcher, leave: () => void) {
    this.#terminal = terminal;
    this.#watcher = watcher;
    this.#leave = leave;
  }

  ack(offset: number): void {
    this.#terminal.ack(this.#watcher, offset);
  }

  async input(seq: number, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#type(seq, async () => await this.#terminal.writer.send(bytes, signal));
  }

  async paste(seq: number, text: string, signal: AbortSignal): Promise<void> {
    await this.#type(seq, async () => await this.#terminal.writer.paste(text, signal));
  }

  async acquire({ take }: { readonly take: boolean }, signal: AbortSignal): Promise<void> {
    const { lease, writer, watchers, place } = this.#terminal;
    signal.throwIfAborted();
    if (!watchers.has(this.#watcher)) throw terminalGone(place.agentId);
    lease.acquire(this.#watcher, { take });
    try {
      await writer.open();
    } catch (error) {
      lease.release(this.#watcher);
      throw error;
    }
  }

  renew(): void {
    this.#terminal.lease.renew(this.#watcher);
  }

  release(): void {
    this.#terminal.lease.release(this.#watcher);
  }

  async resize(
    size: { readonly columns: number; readonly rows: number },
    signal: AbortSignal,
  ): Promise<void> {
    this.#mustWrite();
    await this.#terminal.resize(size, signal);
  }

  [Symbol.dispose](): void {
    this.#leave();
  }

  async #type(seq: number, action: () => Promise<void>): Promise<void> {
    if (this.#count.isNew(seq)) {
      // Counted also when it is refused: the viewer goes on counting.
      this.#mustWrite();
      this.#terminal.lease.typed();
      await action();
    }
    this.#watcher.viewer.onInputAck(seq);
  }

  #mustWrite(): void {
    if (this.#terminal.lease.holder !== this.#watcher) throw notWriter();
  }
}
