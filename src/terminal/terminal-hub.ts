import type { Clock } from '../base/index.ts';
import { notWriter, terminalGone, tooManyScreens } from './errors.ts';
import { followText } from './follow-text.ts';
import { type HubOptions, type HubSettings, hubSettings } from './hub-options.ts';
import { InputCount } from './input-count.ts';
import { LiveTerminal } from './live-terminal.ts';
import { Pacer } from './pacer.ts';
import type { TerminalPlace, Viewer, Watching, WatchWish } from './terminal.ts';
import { Watcher } from './watcher.ts';

const TICK_MS = 1_000;

export interface HubStats {
  /** Terminals that somebody watches. */
  readonly screens: number;
  readonly viewers: number;
  /** Terminals that somebody may type into. */
  readonly leases: number;
  /** What viewers were sent, in all. */
  readonly bytes: number;
}

/**
 * What viewers see of agents' terminals, and who types into them. Each terminal is read and drawn
 * once, from its recording, however many watch it, and let go when nobody does.
 */
export class TerminalHub implements AsyncDisposable {
  readonly #settings: HubSettings;
  readonly #pacer: Pacer;
  readonly #terminals = new Map<string, LiveTerminal>();
  readonly #closing = new Set<Promise<void>>();
  readonly #ticks: Disposable;
  #isChecking = false;
  #isClosed = false;
  #bytes = 0;

  constructor(options: HubOptions) {
    this.#settings = hubSettings(options);
    const { clock, paceMs } = this.#settings;
    this.#pacer = new Pacer(clock, paceMs);
    this.#ticks = clock.every(TICK_MS, () => this.#tick());
  }

  get clock(): Clock {
    return this.#settings.clock;
  }

  /**
   * Show a terminal to a viewer until the returned watching is disposed. A stream begins with a
   * snapshot, or with what was missed since `wish.from`.
   *
   * @throws {CodedError} `terminal.too-many-viewers`, `terminal.too-many-screens`
   * @throws `signal.reason` when aborted before it was shown.
   */
  async watch(
    place: TerminalPlace,
    viewer: Viewer,
    wish: WatchWish,
    signal: AbortSignal,
  ): Promise<Watching> {
    const limits = this.#settings.flow;
    const watcher = new Watcher(viewer, { mode: wish.mode, limits, isHidden: false });
    const terminal = await this.#enter(place, watcher, wish.from, signal);
    return new OneWatching(terminal, watcher, () => this.#leave(terminal, watcher));
  }

  /**
   * The terminal as plain text: its last lines, then what is printed, until it ends. A reader that
   * is too slow gets the last lines again in place of what it missed.
   */
  async *follow(
    place: TerminalPlace,
    tailLines: number,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    const limits = this.#settings.flow;
    yield* followText(
      { tailLines, limits },
      async (watcher) => {
        const terminal = await this.#enter(place, watcher, undefined, signal);
        return { terminal, leave: () => this.#leave(terminal, watcher) };
      },
      signal,
    );
  }

  stats(): HubStats {
    const terminals = [...this.#terminals.values()];
    const watchers = terminals.flatMap((one) => [...one.watchers]);
    return {
      screens: terminals.length,
      viewers: watchers.length,
      leases: terminals.filter(({ lease }) => lease.holder !== undefined).length,
      bytes:
        this.#bytes +
        terminals.reduce((sum, one) => sum + one.bytes, 0) +
        watchers.reduce((sum, one) => sum + one.bytes, 0),
    };
  }

  /** Let every terminal go; viewers are told nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#ticks[Symbol.dispose]();
    this.#pacer[Symbol.dispose]();
    for (const terminal of this.#terminals.values()) this.#close(terminal);
    this.#terminals.clear();
    await Promise.all(this.#closing);
  }

  async #enter(
    place: TerminalPlace,
    watcher: Watcher,
    from: WatchWish['from'],
    signal: AbortSignal,
  ): Promise<LiveTerminal> {
    signal.throwIfAborted();
    if (this.#isClosed) throw terminalGone(place.agentId);
    const key = keyOf(place);
    let terminal = this.#terminals.get(key);
    if (terminal === undefined) {
      if (this.#terminals.size >= this.#settings.screens) {
        throw tooManyScreens(this.#settings.screens);
      }
      terminal = new LiveTerminal(place, this.#settings, this.#pacer);
      this.#terminals.set(key, terminal);
    }
    try {
      await terminal.add(watcher, from, signal);
      return terminal;
    } catch (error) {
      this.#leave(terminal, watcher);
      throw error;
    }
  }

  #leave(terminal: LiveTerminal, watcher: Watcher): void {
    terminal.remove(watcher);
    if (terminal.watchers.size > 0 || this.#isClosed) return;
    if (this.#terminals.get(keyOf(terminal.place)) !== terminal) return;
    this.#terminals.delete(keyOf(terminal.place));
    this.#bytes += terminal.bytes;
    this.#close(terminal);
  }

  #close(terminal: LiveTerminal): void {
    const closing = terminal[Symbol.asyncDispose]()
      .catch((error: unknown) => this.#settings.log.error('a terminal was not let go', { error }))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #tick(): void {
    for (const terminal of this.#terminals.values()) terminal.tick();
    if (this.#isChecking) return;
    this.#isChecking = true;
    void this.#checkAll();
  }

  /** One after the other: a look costs a process. */
  async #checkAll(): Promise<void> {
    for (const terminal of this.#terminals.values()) {
      if (this.#isClosed || !terminal.isCheckDue) continue;
      try {
        await terminal.check();
      } catch (error) {
        this.#settings.log.debug('a look at a terminal ended early', { error });
      }
    }
    this.#isChecking = false;
  }
}

/** Another pane of the same agent is another terminal. */
function keyOf({ agentId, homeDir, pane }: TerminalPlace): string {
  return JSON.stringify([agentId, homeDir, pane?.socketPath, pane?.paneId]);
}

class OneWatching implements Watching {
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
