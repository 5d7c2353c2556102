import { terminalGone, tooManyScreens } from './errors.ts';
import { followText } from './follow-text.ts';
import { type HubOptions, type HubSettings, hubSettings } from './hub-options.ts';
import { LiveTerminal } from './live-terminal.ts';
import { OneWatching } from './one-watching.ts';
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
