import { WindowGoneError } from './command-errors.ts';
import type { SessionId, WindowId } from './ids.ts';
import { checkedLayout, type LayoutName } from './layout.ts';
import { windowName } from './names.ts';
import { type KillPaneOptions, TmuxPane } from './pane.ts';
import { endPaneProcesses, paneProcesses } from './pane-processes.ts';
import type { ServerContext } from './server-context.ts';
import { checkedSize, type TerminalSize } from './terminal-size.ts';
import { takeSnapshot, type WindowInfo } from './snapshot.ts';

/** One window, of one generation of its server; see TmuxPane for the errors of a lost one. */
export class TmuxWindow {
  readonly id: WindowId;
  readonly #context: ServerContext;

  constructor(context: ServerContext, id: WindowId) {
    this.#context = context;
    this.id = id;
  }

  async info(signal: AbortSignal): Promise<WindowInfo> {
    const { sessions } = await takeSnapshot(this.#context.link, {}, signal);
    const found = sessions.flatMap(({ windows }) => windows).find(({ id }) => id === this.id);
    if (found !== undefined) return found;
    const reply = `can't find window: ${this.id}`;
    throw new WindowGoneError(['list-windows', '-t', this.id], reply, 'tmux.window-gone');
  }

  async listPanes(signal: AbortSignal): Promise<readonly TmuxPane[]> {
    const { panes } = await this.info(signal);
    return panes.map(({ id }) => new TmuxPane(this.#context, id));
  }

  async rename(name: string, signal: AbortSignal): Promise<void> {
    await this.#run(['rename-window', '-t', this.id, '--', windowName(name)], signal);
  }

  /** Give the window a size, which it keeps whoever attaches. */
  async resize(size: TerminalSize, signal: AbortSignal): Promise<void> {
    const { columns, rows } = checkedSize(size);
    const cells = ['-x', String(columns), '-y', String(rows)];
    await this.#run(['resize-window', '-t', this.id, ...cells], signal);
  }

  /**
   * Arrange the panes: one of tmux's five ways, or a layout read from `info`.
   *
   * @throws {BadArgumentError} no layout at all.
   * @throws {BadLayoutError} a layout for another number of panes.
   */
  async selectLayout(layout: LayoutName | (string & {}), signal: AbortSignal): Promise<void> {
    await this.#run(['select-layout', '-t', this.id, checkedLayout(layout)], signal);
  }

  /** Move every pane one place on. */
  async rotate(signal: AbortSignal): Promise<void> {
    await this.#run(['rotate-window', '-t', this.id], signal);
  }

  /** Exchange places with another window. */
  async swapWith(other: WindowId, signal: AbortSignal): Promise<void> {
    await this.#run(['swap-window', '-d', '-s', this.id, '-t', other], signal);
  }

  /** Move to an index of a session. @throws {IndexTakenError} a window has it. */
  async moveTo(session: SessionId, index: number, signal: AbortSignal): Promise<void> {
    const target = `${session}:${index}`;
    await this.#run(['move-window', '-d', '-s', this.id, '-t', target], signal);
  }

  /** Make it its session's current window. */
  async select(signal: AbortSignal): Promise<void> {
    await this.#run(['select-window', '-t', this.id], signal);
  }

  /** Close the window and end every process of it. With the last window the session goes. */
  async kill(signal: AbortSignal, { graceMs = 2_000 }: KillPaneOptions = {}): Promise<void> {
    const { link } = this.#context;
    const { panes } = await this.info(signal);
    const processes = await paneProcesses(link, panes);
    await this.#run(['kill-window', '-t', this.id], signal);
    await endPaneProcesses(this.id, processes, { clock: link.clock, graceMs }, signal);
  }

  async #run(command: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#context.link.command(command, signal);
  }
}
