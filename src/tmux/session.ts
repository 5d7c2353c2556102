import { SessionGoneError } from './command-errors.ts';
import { createWindow, type WindowOptions } from './create.ts';
import { listVariables, removeVariable, setVariable, unsetVariable } from './environment.ts';
import type { SessionId } from './ids.ts';
import { sessionName } from './names.ts';
import { type KillPaneOptions, TmuxPane } from './pane.ts';
import { endPaneProcesses, paneProcesses } from './pane-processes.ts';
import type { ServerContext } from './server-context.ts';
import { type SessionInfo, takeSnapshot } from './snapshot.ts';
import { TmuxWindow } from './window.ts';

/** One session, of one generation of its server; see TmuxPane for the errors of a lost one. */
export class TmuxSession {
  readonly id: SessionId;
  readonly #context: ServerContext;

  constructor(context: ServerContext, id: SessionId) {
    this.#context = context;
    this.id = id;
  }

  async info(signal: AbortSignal): Promise<SessionInfo> {
    const { sessions } = await takeSnapshot(this.#context.link, {}, signal);
    const found = sessions.find(({ id }) => id === this.id);
    if (found !== undefined) return found;
    const reply = `can't find session: ${this.id}`;
    throw new SessionGoneError(['list-sessions'], reply, 'tmux.session-gone');
  }

  /** Make a window with one pane; returns the pane. */
  async createWindow(options: WindowOptions, signal: AbortSignal): Promise<TmuxPane> {
    const { pane } = await createWindow(this.#context.link, this.id, options, signal);
    return new TmuxPane(this.#context, pane);
  }

  async listWindows(signal: AbortSignal): Promise<readonly TmuxWindow[]> {
    const { windows } = await this.info(signal);
    return windows.map(({ id }) => new TmuxWindow(this.#context, id));
  }

  async listPanes(signal: AbortSignal): Promise<readonly TmuxPane[]> {
    const { windows } = await this.info(signal);
    return windows.flatMap(({ panes }) => panes).map(({ id }) => new TmuxPane(this.#context, id));
  }

  /** @throws {NameTakenError} another session has the name. */
  async rename(name: string, signal: AbortSignal): Promise<void> {
    const command = ['rename-session', '-t', this.id, '--', sessionName(name)];
    await this.#context.link.command(command, signal);
  }

  /** Set a variable for programs that start later in this session. */
  async setVariable(name: string, value: string, signal: AbortSignal): Promise<void> {
    await setVariable(this.#context.link, this.id, { name, value }, signal);
  }

  /** Keep a variable away from later programs, even one that the server itself has. */
  async removeVariable(name: string, signal: AbortSignal): Promise<void> {
    await removeVariable(this.#context.link, this.id, name, signal);
  }

  /** Undo `setVariable` or `removeVariable`. */
  async unsetVariable(name: string, signal: AbortSignal): Promise<void> {
    await unsetVariable(this.#context.link, this.id, name, signal);
  }

  /** The session's variables; undefined stands for one that is kept away. */
  async listVariables(signal: AbortSignal): Promise<ReadonlyMap<string, string | undefined>> {
    return await listVariables(this.#context.link, this.id, signal);
  }

  /**
   * Close the session and end every process of it, with proof: tmux alone leaves those alive that
   * ignore SIGHUP. With the last session the server ends.
   *
   * @throws {OldProcessAliveError} a process outlived SIGKILL.
   */
  async kill(signal: AbortSignal, { graceMs = 2_000 }: KillPaneOptions = {}): Promise<void> {
    const { link } = this.#context;
    const { windows } = await this.info(signal);
    const processes = await paneProcesses(
      link,
      windows.flatMap(({ panes }) => panes),
    );
    await link.command(['kill-session', '-t', this.id], signal);
    await endPaneProcesses(this.id, processes, { clock: link.clock, graceMs }, signal);
  }
}
