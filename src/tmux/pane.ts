import type { ProcessIdentity } from '../base/index.ts';
import { type CaptureOptions, capturePane } from './capture-pane.ts';
import { splitPane, type SplitOptions } from './create.ts';
import type { PaneId } from './ids.ts';
import { pasteText, type PasteOptions, pressKeys, typeText } from './input.ts';
import type { KeyName } from './keys.ts';
import { paneTitle, windowName } from './names.ts';
import type { PaneExit } from './pane-exit.ts';
import { PaneMark } from './pane-mark.ts';
import { endPaneProcesses, paneProcesses } from './pane-processes.ts';
import { type PaneStream, pipeCommand } from './pane-program.ts';
import { paneGone } from './pane-states.ts';
import { respawnPane, type RespawnOptions } from './respawn.ts';
import type { ServerContext } from './server-context.ts';
import { type PaneInfo, takeSnapshot } from './snapshot.ts';
import { checkedCells, checkedSize, type TerminalSize } from './terminal-size.ts';
import { untilExit } from './until-exit.ts';
import { sendBytes } from './send-bytes.ts';
import { type ScreenTest, type ScreenWaitOptions, untilScreen } from './until-screen.ts';
import { type PaneWatch, watchPane, type WatchOptions } from './watch-pane.ts';

export interface KillPaneOptions {
  /** How long the programs may take to end after SIGHUP and SIGTERM, before SIGKILL. */
  readonly graceMs?: number;
}

/**
 * One pane, of one generation of its server. A handle holds nothing open. Every method throws
 * PaneGoneError when the pane is gone, and TmuxServerGoneError or TmuxGenerationGoneError when
 * its server is.
 */
export class TmuxPane {
  readonly id: PaneId;
  readonly #context: ServerContext;

  constructor(context: ServerContext, id: PaneId) {
    this.#context = context;
    this.id = id;
  }

  /** Read what is known of the pane: title, pid, size, mode, how its program ended. */
  async info(signal: AbortSignal): Promise<PaneInfo> {
    const { sessions } = await takeSnapshot(this.#context.link, {}, signal);
    for (const { windows } of sessions) {
      const found = windows.flatMap(({ panes }) => panes).find(({ id }) => id === this.id);
      if (found !== undefined) return found;
    }
    throw paneGone(this.id);
  }

  /** See `typeText` in input.ts: one line of text, without Enter. */
  async typeText(text: string, signal: AbortSignal): Promise<void> {
    this.#context.marks.typed(this.id, text);
    await typeText(this.#context.link, this.id, text, signal);
  }

  /** Press keys such as `Enter`, `C-c`, `Up`. */
  async pressKeys(keys: readonly KeyName[], signal: AbortSignal): Promise<void> {
    await pressKeys(this.#context.link, this.id, keys, signal);
  }

  /** See `sendBytes` in send-bytes.ts: what a keyboard would send, byte by byte. */
  async sendBytes(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    await sendBytes(this.#context.link, this.id, bytes, signal);
  }

  /** Paste text of any length as one piece. */
  async paste(text: string, signal: AbortSignal, options: PasteOptions = {}): Promise<void> {
    this.#context.marks.typed(this.id, text);
    await pasteText(this.#context.link, this.id, { ...options, text }, signal);
  }

  /** Read the screen, one string a row. */
  async capture(signal: AbortSignal, options: CaptureOptions = {}): Promise<readonly string[]> {
    return await capturePane(this.#context.link, this.id, options, signal);
  }

  /** Forget the rows above the screen. */
  async clearHistory(signal: AbortSignal): Promise<void> {
    await this.#run(['clear-history', '-t', this.id], signal);
  }

  /** Watch what the pane prints from now on. */
  async watch(signal: AbortSignal, options: WatchOptions = {}): Promise<PaneWatch> {
    return await watchPane(this.#context.streams, this.id, options, signal);
  }

  /** Set a mark in the output, to wait for what is printed after it. */
  async mark(signal: AbortSignal): Promise<PaneMark> {
    return await PaneMark.set(this.#context, this.id, signal);
  }

  /** Wait until the screen passes a test; returns its rows. */
  async untilScreen(
    test: ScreenTest,
    signal: AbortSignal,
    options: ScreenWaitOptions = {},
  ): Promise<readonly string[]> {
    return await untilScreen(this.#context, this.id, { ...options, test }, signal);
  }

  /** Wait until the program has ended, and say how. A pane that was closed gives `unknown`. */
  async untilExit(signal: AbortSignal): Promise<PaneExit> {
    return await untilExit(this.#context.states, this.id, signal);
  }

  /** Hand over everything printed from now on, until `stopPipe`; replaces an earlier pipe. */
  async pipeTo(stream: PaneStream, signal: AbortSignal): Promise<void> {
    await this.#run(['pipe-pane', '-O', '-t', this.id, pipeCommand(stream)], signal);
  }

  async stopPipe(signal: AbortSignal): Promise<void> {
    await this.#run(['pipe-pane', '-t', this.id], signal);
  }

  /** Make a new pane beside this one. */
  async split(options: SplitOptions, signal: AbortSignal): Promise<TmuxPane> {
    const { pane } = await splitPane(this.#context.link, this.id, options, signal);
    return new TmuxPane(this.#context, pane);
  }

  /** Give the pane a size; tmux takes the nearest that fits. */
  async resize(
    size: { readonly columns?: number | `${number}%`; readonly rows?: number | `${number}%` },
    signal: AbortSignal,
  ): Promise<void> {
    const columns = size.columns === undefined ? [] : ['-x', checkedCells(size.columns)];
    const rows = size.rows === undefined ? [] : ['-y', checkedCells(size.rows)];
    if (columns.length + rows.length === 0) return;
    await this.#run(['resize-pane', '-t', this.id, ...columns, ...rows], signal);
  }

  /** Give its window a size, which it keeps whoever attaches. */
  async resizeWindow(size: TerminalSize, signal: AbortSignal): Promise<void> {
    const { columns, rows } = checkedSize(size);
    const cells = ['-x', String(columns), '-y', String(rows)];
    await this.#run(['resize-window', '-t', this.id, ...cells], signal);
  }

  /** Fill the window with this pane, or put it back. Does nothing when it is so already. */
  async zoom(isZoomed: boolean, signal: AbortSignal): Promise<void> {
    // tmux only toggles, so the state decides, on one line with nothing in between.
    const nothing = 'display-message -p ""';
    const toggle = `resize-pane -Z -t ${this.id}`;
    const zoomed = '#{window_zoomed_flag}';
    const isOther = '#{?pane_active,0,#{window_zoomed_flag}}';
    const commands = isZoomed
      ? [
          [isOther, toggle, nothing],
          [zoomed, nothing, toggle],
        ]
      : [[zoomed, toggle, nothing]];
    const ifShells = commands.map((words) => ['if-shell', '-F', '-t', this.id, ...words]);
    await this.#context.link.sequence(ifShells, signal);
  }

  /** Make it the window's current pane. */
  async select(signal: AbortSignal): Promise<void> {
    await this.#run(['select-pane', '-t', this.id], signal);
  }

  /** Set the title; the program may change it at any time. */
  async setTitle(title: string, signal: AbortSignal): Promise<void> {
    await this.#run(['select-pane', '-t', this.id, '-T', paneTitle(title)], signal);
  }

  /** Exchange places with another pane. */
  async swapWith(other: PaneId, signal: AbortSignal): Promise<void> {
    await this.#run(['swap-pane', '-d', '-s', this.id, '-t', other], signal);
  }

  /** Move into the window of another pane, which is split for it. */
  async joinTo(other: PaneId, side: 'horizontal' | 'vertical', signal: AbortSignal): Promise<void> {
    const flag = side === 'horizontal' ? '-h' : '-v';
    await this.#run(['join-pane', '-d', flag, '-s', this.id, '-t', other], signal);
  }

  /** Move into a new window of its own. */
  async breakOut(name: string, signal: AbortSignal): Promise<void> {
    await this.#run(['break-pane', '-d', '-s', this.id, '-n', windowName(name)], signal);
  }

  /** Start another program in this pane; every process of the old one is proven gone first. */
  async respawn(options: RespawnOptions, signal: AbortSignal): Promise<void> {
    await respawnPane(this.#context.link, await this.info(signal), options, signal);
  }

  /** Every process of the pane, also those that left its tree (Linux). */
  async processes(signal: AbortSignal): Promise<readonly ProcessIdentity[]> {
    return await paneProcesses(this.#context.link, [await this.info(signal)]);
  }

  /** Close the pane and end every process of it, with proof. */
  async kill(signal: AbortSignal, { graceMs = 2_000 }: KillPaneOptions = {}): Promise<void> {
    const processes = await this.processes(signal);
    await this.#run(['kill-pane', '-t', this.id], signal);
    const { clock } = this.#context.link;
    await endPaneProcesses(this.id, processes, { clock, graceMs }, signal);
  }

  async #run(command: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#context.link.command(command, signal);
  }
}
