import { isPaneId, lookOnce, type PaneLook } from '../tmux/index.ts';
import type { HubSettings } from './hub-options.ts';
import type { LiveScreen } from './live-screen.ts';
import { ScreenCheck } from './screen-check.ts';
import type { TerminalEnd, TerminalPlace } from './terminal.ts';

const LOOK_MS = 5_000;

/**
 * Looks at the pane behind a screen now and then, by a process of its own: whether it still shows
 * the same, and whether its program, or its tmux, has ended.
 */
export class TerminalHealth {
  readonly #place: TerminalPlace;
  readonly #settings: HubSettings;
  readonly #check = new ScreenCheck();
  #checkedAt = -Infinity;
  #isSuspect = true;
  #pid: number | undefined;
  #misses = 0;

  constructor(place: TerminalPlace, settings: HubSettings) {
    this.#place = place;
    this.#settings = settings;
  }

  /** What is known without a look: that there is no pane to look at. */
  get endAtOnce(): TerminalEnd | undefined {
    if (this.#place.pane !== undefined) return undefined;
    return { reason: 'exited', detail: 'its agent has ended' };
  }

  /** Something happened after which the screen may be wrong: look as soon as it is quiet. */
  suspect(): void {
    this.#isSuspect = true;
  }

  isDue(screen: LiveScreen): boolean {
    if (this.#place.pane === undefined) return false;
    const { clock, checkMs, idleCheckMs, quietMs } = this.#settings;
    const now = clock.monotonic();
    if (this.#misses > 0 || (this.#pid !== undefined && !isAlive(this.#pid))) return true;
    const isQuiet = screen.isSettled && now - screen.printedAt >= quietMs;
    if (isQuiet && this.#isSuspect) return true;
    // What never pauses cannot be compared, but may have ended all the same.
    const hasPrinted = isQuiet && screen.printedAt > this.#checkedAt;
    return now - this.#checkedAt >= (hasPrinted ? checkMs : idleCheckMs);
  }

  /**
   * Find how the terminal ended, when it has.
   *
   * @throws {TmuxServerUnresponsiveError} tmux is silent; it, and the program, may live.
   * @throws {TmuxNotFoundError} tmux is not there to be asked.
   */
  async check(screen: LiveScreen, signal: AbortSignal): Promise<TerminalEnd | undefined> {
    const { pane } = this.#place;
    if (pane === undefined || !isPaneId(pane.paneId)) return undefined;
    const { clock, tmuxPath } = this.#settings;
    this.#checkedAt = clock.monotonic();
    this.#isSuspect = false;
    const { offset } = screen;
    if (screen.isRemoved) return { reason: 'removed', detail: 'its recording was removed' };
    const { socketPath, paneId } = pane;
    const look = await lookOnce({ tmuxPath, socketPath, paneId, deadlineMs: LOOK_MS }, signal);
    if (look === undefined) return this.#missed();
    this.#misses = 0;
    this.#pid = look.pid;
    if (look.exit !== undefined) {
      const { exit } = look.exit;
      const how = exit.kind === 'status' ? ` with status ${exit.status}` : '';
      return { reason: 'exited', detail: `its program has ended${how}` };
    }
    if (screen.isSettled && screen.offset === offset) await this.#compare(screen, look);
    else this.suspect();
    return undefined;
  }

  async #compare(screen: LiveScreen, look: PaneLook): Promise<void> {
    const verdict = this.#check.compare(screen, look);
    if (verdict === 'again') this.suspect();
    if (verdict !== 'redraw') return;
    this.#settings.log.warn('a screen differed from what tmux shows and was drawn again', {
      agent: this.#place.agentId,
    });
    await screen.redraw(look);
  }

  /** A server with too many callers refuses one as if it were gone; two say that it is. */
  #missed(): TerminalEnd | undefined {
    this.#misses += 1;
    if (this.#misses < 2) return undefined;
    return { reason: 'lost', detail: 'its tmux server, or its pane, is gone' };
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH; EPERM cannot be, it is of the same user.
    return false;
  }
}
