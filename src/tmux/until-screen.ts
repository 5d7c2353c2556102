import { abortable } from '../base/index.ts';
import { type CaptureOptions, capturePane } from './capture-pane.ts';
import { PaneDeadError } from './errors.ts';
import type { PaneId } from './ids.ts';
import type { TmuxLink } from './link.ts';
import type { PaneStreams } from './pane-streams.ts';

export interface ScreenWaitOptions extends CaptureOptions {
  /** Shortest time between two looks: a spinner does not make us look all the time. */
  readonly throttleMs?: number;
  /** Longest time between two looks, for changes that print nothing. */
  readonly sweepMs?: number;
}

export type ScreenTest = (rows: readonly string[]) => boolean;

/**
 * Wait until the screen passes a test, and return the rows that did. Looks at once, then after
 * output, and now and then.
 *
 * The screen shows what was typed too; to wait for a program's answer use `mark`.
 *
 * @throws {PaneDeadError} the program ended and its last screen does not pass.
 * @throws {PaneGoneError} the pane is gone.
 */
export async function untilScreen(
  { link, streams }: { readonly link: TmuxLink; readonly streams: PaneStreams },
  pane: PaneId,
  { test, ...options }: ScreenWaitOptions & { readonly test: ScreenTest },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { throttleMs = 25, sweepMs = 500 } = options;
  const changes = new ScreenChanges();
  using _subscription = await streams.subscribe(pane, changes, signal);
  for (;;) {
    const wasEnded = changes.take();
    const rows = await capturePane(link, pane, options, signal);
    if (test(rows)) return rows;
    if (changes.error !== undefined) throw changes.error;
    if (wasEnded) throw new PaneDeadError(pane);
    await link.clock.after(throttleMs, signal);
    const sweep = new AbortController();
    const stop = AbortSignal.any([sweep.signal, signal]);
    try {
      await Promise.race([changes.next(signal), link.clock.after(sweepMs, stop)]);
    } finally {
      sweep.abort();
    }
  }
}

/** Remembers that something was printed since the last look. */
class ScreenChanges {
  error: Error | undefined;
  #isEnded = false;
  #isChanged = false;
  #wake = Promise.withResolvers<void>();

  onBytes(): void {
    this.#isChanged = true;
    this.#wake.resolve();
  }

  onGap(): void {
    this.onBytes();
  }

  onEnd(error: Error | undefined): void {
    this.#isEnded = true;
    this.error = error;
    this.onBytes();
  }

  /** Forget the changes so far; true when the last of all has been seen. */
  take(): boolean {
    this.#isChanged = false;
    this.#wake = Promise.withResolvers<void>();
    return this.#isEnded;
  }

  async next(signal: AbortSignal): Promise<void> {
    if (this.#isChanged || this.#isEnded) return;
    await abortable(this.#wake.promise, signal);
  }
}
