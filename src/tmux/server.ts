import type { ProcessIdentity } from '../base/index.ts';
import { deleteBuffer, listBuffers, loadBuffer, saveBuffer, setBuffer } from './buffers.ts';
import type { Command, ReplyLines } from './connection.ts';
import { createSession, type SessionOptions } from './create.ts';
import type { CreatedIds } from './created-ids.ts';
import { refuseFatal } from './guard.ts';
import { addHook, listHooks, removeHooks } from './hooks.ts';
import type { PaneId, SessionId, WindowId } from './ids.ts';
import { killServer, type KillOptions } from './kill-server.ts';
import type { NotificationListener, TmuxGeneration, TmuxLink } from './link.ts';
import {
  findOption,
  listArrayOption,
  type OptionChange,
  type OptionName,
  type OptionScope,
  setOption,
  unsetOption,
} from './options.ts';
import { TmuxPane } from './pane.ts';
import { paneProcesses } from './pane-processes.ts';
import { ServerContext } from './server-context.ts';
import { TmuxSession } from './session.ts';
import { takeSnapshot, type TmuxSnapshot } from './snapshot.ts';
import type { TmuxVersion } from './version.ts';
import { TmuxWindow } from './window.ts';

/**
 * One generation of a tmux server, and our connection to it. Disposing it closes the connection
 * and leaves the server running; `kill` ends the server.
 *
 * A connection that was lost is opened again by the next command, as long as the same server
 * process answers; otherwise every handle throws TmuxServerGoneError or TmuxGenerationGoneError.
 */
export class TmuxServer implements AsyncDisposable {
  /** The first pane, where this handle started the server. */
  readonly firstPane: TmuxPane | undefined;
  /** The first session, where this handle started the server. */
  readonly firstSession: TmuxSession | undefined;
  readonly #link: TmuxLink;
  readonly #context: ServerContext;

  constructor(link: TmuxLink, first: CreatedIds | undefined) {
    this.#link = link;
    this.#context = new ServerContext(link);
    this.firstPane = first && this.pane(first.pane);
    this.firstSession = first && this.session(first.session);
  }

  get socketPath(): string {
    return this.#link.socketPath;
  }

  /** Store it with every id you store: an id means nothing in another generation. */
  get generation(): TmuxGeneration {
    return this.#link.generation;
  }

  get version(): TmuxVersion {
    return this.#link.version;
  }

  /** A handle for an id that is known; whether it exists shows at its first use. */
  session(id: SessionId): TmuxSession {
    return new TmuxSession(this.#context, id);
  }

  window(id: WindowId): TmuxWindow {
    return new TmuxWindow(this.#context, id);
  }

  pane(id: PaneId): TmuxPane {
    return new TmuxPane(this.#context, id);
  }

  /** Make a session. @throws {NameTakenError} the name is in use: creating is a lock. */
  async createSession(options: SessionOptions, signal: AbortSignal): Promise<TmuxSession> {
    const { session } = await createSession(this.#link, options, signal);
    return this.session(session);
  }

  /** Find a session by its exact name. */
  async findSession(name: string, signal: AbortSignal): Promise<TmuxSession | undefined> {
    const { sessions } = await this.snapshot(signal);
    const found = sessions.find((session) => session.name === name);
    return found && this.session(found.id);
  }

  async listSessions(signal: AbortSignal): Promise<readonly TmuxSession[]> {
    const { sessions } = await this.snapshot(signal);
    return sessions.map(({ id }) => this.session(id));
  }

  /** Read everything at one instant; user options (`@name`) as far as asked for. */
  async snapshot(
    signal: AbortSignal,
    options: { readonly userOptions?: readonly string[] } = {},
  ): Promise<TmuxSnapshot> {
    return await takeSnapshot(this.#link, options, signal);
  }

  /**
   * Run a command of tmux's own, word by word; replies are lines. Words are never interpreted by
   * the line, but some commands expand formats: double every `#` in names and paths.
   * Aborting throws `signal.reason`; the command may run all the same.
   *
   * @throws {ForbiddenCommandError} it could end, hang or wedge the server (see guard.ts).
   * @throws {TmuxCommandError} tmux refused it; subclasses say why.
   * @throws {TmuxConnectionLostError} | {TmuxServerUnresponsiveError} the outcome is unknown.
   */
  async command(command: Command, signal: AbortSignal): Promise<ReplyLines> {
    refuseFatal(command);
    return await this.#link.command(command, signal);
  }

  /** Run commands with nothing in between; after one that fails the rest does not run. */
  async sequence(
    commands: readonly Command[],
    signal: AbortSignal,
  ): Promise<readonly ReplyLines[]> {
    for (const command of commands) refuseFatal(command);
    return await this.#link.sequence(commands, signal);
  }

  /** `command` for replies that may hold bytes that are no UTF-8. */
  async commandBytes(command: Command, signal: AbortSignal): Promise<readonly Buffer[]> {
    refuseFatal(command);
    const [lines = []] = await this.#link.sequenceBytes([command], signal);
    return lines;
  }

  /**
   * Be told of tmux's notifications, in order, until disposed. The listener must not throw or
   * wait. For a queue with a bound, see `watch` of a pane.
   */
  onNotification(listener: NotificationListener): Disposable {
    return this.#link.listen(listener);
  }

  /** Read an option; undefined when it is not set. */
  async findOption(
    scope: OptionScope,
    name: OptionName,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    return await findOption(this.#link, { scope, name }, signal);
  }

  /** Read an option, or what it inherits. */
  async findInheritedOption(
    scope: OptionScope,
    name: OptionName,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    return await findOption(this.#link, { scope, name, inherited: true }, signal);
  }

  /** Read an array option: its values by index, which may have gaps. */
  async listArrayOption(
    scope: OptionScope,
    name: OptionName,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, string>> {
    return await listArrayOption(this.#link, { scope, name }, signal);
  }

  async setOption(change: OptionChange, signal: AbortSignal): Promise<void> {
    await setOption(this.#link, change, signal);
  }

  async unsetOption(scope: OptionScope, name: OptionName, signal: AbortSignal): Promise<void> {
    await unsetOption(this.#link, { scope, name }, signal);
  }

  /** Read a mark that was given at the start: it says whose server this is. */
  async findMark(name: `@${string}`, signal: AbortSignal): Promise<string | undefined> {
    return await this.findOption('server', name, signal);
  }

  /** Bind commands to an event of the whole server; see hooks.ts. */
  async addHook(event: string, commands: readonly Command[], signal: AbortSignal): Promise<void> {
    await addHook(this.#link, { event, commands }, signal);
  }

  async removeHooks(event: string, signal: AbortSignal): Promise<void> {
    await removeHooks(this.#link, event, signal);
  }

  async listHooks(event: string, signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
    return await listHooks(this.#link, event, signal);
  }

  async setBuffer(name: string, text: string, signal: AbortSignal): Promise<void> {
    await setBuffer(this.#link, { name, text }, signal);
  }

  async loadBuffer(name: string, path: string, signal: AbortSignal): Promise<void> {
    await loadBuffer(this.#link, { name, path }, signal);
  }

  async saveBuffer(
    name: string,
    path: string,
    signal: AbortSignal,
    { append = false }: { readonly append?: boolean } = {},
  ): Promise<void> {
    await saveBuffer(this.#link, { name, path, append }, signal);
  }

  async listBuffers(signal: AbortSignal): Promise<readonly string[]> {
    return await listBuffers(this.#link, signal);
  }

  async deleteBuffer(name: string, signal: AbortSignal): Promise<void> {
    await deleteBuffer(this.#link, name, signal);
  }

  /** Every process of every pane. */
  async processes(signal: AbortSignal): Promise<readonly ProcessIdentity[]> {
    const { sessions } = await this.snapshot(signal);
    const panes = sessions.flatMap(({ windows }) => windows.flatMap((window) => window.panes));
    return await paneProcesses(this.#link, panes);
  }

  /**
   * End the server and every process of its panes, and prove both; then its socket is free.
   * Works on a server that does not answer, or is gone already.
   */
  async kill(signal: AbortSignal, options: KillOptions = {}): Promise<void> {
    await killServer(this.#link, options, signal);
    await this[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context[Symbol.asyncDispose]();
  }
}
