import { CodedError, findProcess, hasCode, isRunning, sendSignal } from '../base/index.ts';
import { PaneGoneError } from './command-errors.ts';
import { TmuxConnectionLostError } from './errors.ts';
import type { PaneId } from './ids.ts';
import type { TmuxLink } from './link.ts';
import { readListing } from './listing.ts';
import type { TmuxNotification } from './notifications.ts';
import { type PaneExit, paneExit } from './pane-exit.ts';

export type PaneState =
  | { readonly kind: 'running'; readonly pid: number }
  | { readonly kind: 'dead'; readonly pid: number; readonly exit: PaneExit }
  | { readonly kind: 'gone' }
  /** The server, or the way to it, is gone for good. */
  | { readonly kind: 'failed'; readonly error: Error };

export type StateListener = (state: PaneState) => void;

/**
 * How often panes are looked at when tmux says nothing. It mostly does say something; with hundreds
 * of servers ten looks a second at each are a tenth of a core.
 */
const SWEEP_MS = 2_000;
/** How long a dead pane's status is asked for before it counts as lost. */
const STATUS_LIMIT_MS = 2_000;

/** Our death hook makes tmux say `layout-changed` when a pane has died. */
const reasonsToLook: ReadonlySet<TmuxNotification['kind']> = new Set([
  'window-closed',
  'layout-changed',
  'sessions-changed',
  'session-changed',
  'reconnected',
  'exit',
]);

const fields = [
  'pane_id',
  'pane_pid',
  'pane_dead',
  'pane_dead_status',
  'pane_dead_signal',
] as const;

/**
 * Tell when panes die or go. Notifications start a look at all observed panes at once; a slow
 * sweep finds what tmux does not tell.
 *
 * Debian's tmux 3.3a now and then misses the end of a child, and shows its pane dead without a
 * status. One more SIGCHLD to the server makes it look again.
 */
export class PaneStates implements Disposable {
  readonly #link: TmuxLink;
  readonly #listeners = new Map<PaneId, Set<StateListener>>();
  readonly #running = new Map<PaneId, number>();
  readonly #unexplained = new Map<PaneId, number>();
  #watching: DisposableStack | undefined;
  #isLooking = false;
  #lookAgain = false;

  constructor(link: TmuxLink) {
    this.#link = link;
  }

  /** Hear the state soon, and then each time it was looked at, until disposed. */
  observe(pane: PaneId, listener: StateListener): Disposable {
    const own: StateListener = (state) => listener(state);
    const listeners = this.#listeners.get(pane) ?? new Set();
    this.#listeners.set(pane, listeners.add(own));
    this.#watching ??= this.#watch();
    void this.#look();
    return { [Symbol.dispose]: () => this.#forget(pane, own) };
  }

  /** Tell every observer that no more will be seen; nothing is left behind. */
  [Symbol.dispose](): void {
    const error = new TmuxConnectionLostError(this.#link.socketPath, 'the handle was closed');
    for (const pane of this.#listeners.keys()) this.#tell(pane, { kind: 'failed', error });
    this.#listeners.clear();
    this.#watching?.dispose();
    this.#watching = undefined;
  }

  #watch(): DisposableStack {
    const stack = new DisposableStack();
    stack.use(this.#link.listen((notification) => this.#heard(notification)));
    stack.use(this.#link.clock.every(SWEEP_MS, () => void this.#sweep()));
    return stack;
  }

  #forget(pane: PaneId, listener: StateListener): void {
    const listeners = this.#listeners.get(pane);
    listeners?.delete(listener);
    if (listeners?.size !== 0) return;
    this.#listeners.delete(pane);
    this.#running.delete(pane);
    this.#unexplained.delete(pane);
    if (this.#listeners.size > 0) return;
    this.#watching?.dispose();
    this.#watching = undefined;
  }

  #heard({ kind }: TmuxNotification): void {
    if (reasonsToLook.has(kind)) void this.#look();
  }

  /** Look where there is a reason to; listing all panes ten times a second would not be free. */
  async #sweep(): Promise<void> {
    const isLost = !this.#link.isOpen;
    const ended = process.platform === 'linux' ? await this.#endedChildren() : [];
    const isUnknown = [...this.#listeners.keys()].some((pane) => !this.#running.has(pane));
    if (isLost || isUnknown || ended.length > 0 || process.platform !== 'linux') await this.#look();
  }

  async #endedChildren(): Promise<readonly PaneId[]> {
    const panes = await Promise.all(
      [...this.#running].map(async ([pane, pid]) => ({ pane, found: await findProcess(pid) })),
    );
    return panes.filter(({ found }) => found === undefined).map(({ pane }) => pane);
  }

  async #nudge(): Promise<void> {
    const { generation } = this.#link;
    if (await isRunning(generation)) sendSignal(generation.pid, 'SIGCHLD');
  }

  async #look(): Promise<void> {
    this.#lookAgain = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#lookAgain && this.#listeners.size > 0) {
        this.#lookAgain = false;
        await this.#lookOnce();
      }
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookOnce(): Promise<void> {
    const never = new AbortController().signal;
    // Not those observed meanwhile: they may be newer than the list.
    const panes = [...this.#listeners.keys()];
    try {
      const found = await readListing(this.#link, ['list-panes', '-a'], fields, never);
      const rows = new Map(found.map((row) => [row.get('pane_id'), row]));
      for (const pane of panes) {
        if (this.#listeners.has(pane)) this.#tell(pane, this.#state(pane, rows.get(pane)));
      }
    } catch (error) {
      // The link opens again at the next sweep, or says then that the server is gone.
      if (hasCode(error, 'tmux.connection-lost')) return;
      const failure = error instanceof Error ? error : new Error(String(error));
      for (const pane of panes) this.#tell(pane, { kind: 'failed', error: failure });
    }
  }

  #state(pane: PaneId, row: ReadonlyMap<string, string> | undefined): PaneState | undefined {
    if (row === undefined) return { kind: 'gone' };
    const pid = Number(row.get('pane_pid'));
    if (row.get('pane_dead') !== '1') {
      this.#running.set(pane, pid);
      return { kind: 'running', pid };
    }
    this.#running.delete(pane);
    const exit = paneExit(row.get('pane_dead_status') ?? '', row.get('pane_dead_signal') ?? '');
    if (exit.kind === 'unknown' && this.#isWorthAsking(pane)) return undefined;
    return { kind: 'dead', pid, exit };
  }

  /** A status that is missing may come after a nudge; wait a while for it. */
  #isWorthAsking(pane: PaneId): boolean {
    const now = this.#link.clock.monotonic();
    const since = this.#unexplained.get(pane) ?? now;
    this.#unexplained.set(pane, since);
    if (now - since > STATUS_LIMIT_MS) return false;
    void this.#nudge();
    return true;
  }

  #tell(pane: PaneId, state: PaneState | undefined): void {
    if (state === undefined) return;
    for (const listener of this.#listeners.get(pane) ?? []) listener(state);
  }
}

/** The error for a pane that tmux does not have any more. */
export function paneGone(pane: PaneId): CodedError {
  return new PaneGoneError(
    ['list-panes', '-t', pane],
    `can't find pane: ${pane}`,
    'tmux.pane-gone',
  );
}
