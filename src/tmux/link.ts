import { abortable, type Clock, hasCode, isRunning, type ProcessIdentity } from '../base/index.ts';
import { TmuxCommandError } from './command-errors.ts';
import { type Command, ControlConnection, type ReplyLines } from './connection.ts';
import { type CreatedIds, readIds } from './created-ids.ts';
import { spawnControlClient, type TmuxProgram } from './control-client.ts';
import type { TerminalSize } from './terminal-size.ts';
import { QuietGate } from './quiet-gate.ts';
import { TmuxConnectionLostError, TmuxGenerationGoneError, TmuxServerGoneError } from './errors.ts';
import type { PaneId } from './ids.ts';
import type { TmuxNotification } from './notifications.ts';
import type { TmuxVersion } from './version.ts';

/** One life of a server. Ids are given anew in the next, so a handle belongs to one generation. */
export interface TmuxGeneration extends ProcessIdentity {
  /** tmux's own `start_time`, in seconds since the epoch. */
  readonly startedAt: number;
}

export interface LinkOptions {
  readonly program: TmuxProgram;
  readonly socketPath: string;
  readonly clock: Clock;
  readonly deadlineMs: number;
}

export type NotificationListener = (notification: TmuxNotification) => void;

/** Every program of ours that talks to tmux: this command says which server answers. */
const identityCommand: Command = [
  'display-message',
  '-p',
  '#{pid} #{start_time} #{session_id} #{window_id} #{pane_id} #{version}',
];

/**
 * The way to one generation of a server: a command connection that is opened again after a loss,
 * as long as the same server process answers. Commands that were on their way when it was lost
 * are not repeated.
 */
export class TmuxLink implements AsyncDisposable {
  readonly options: LinkOptions;
  readonly generation: TmuxGeneration;
  readonly version: TmuxVersion;
  /** The size of windows that are made without one. */
  readonly defaultSize: TerminalSize;
  readonly #hub: NotificationHub;
  readonly #gate = new QuietGate();
  #connection: ControlConnection;
  #connecting: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    options: LinkOptions,
    server: Pick<TmuxLink, 'generation' | 'version' | 'defaultSize'>,
    { connection, hub }: { readonly connection: ControlConnection; readonly hub: NotificationHub },
  ) {
    this.options = options;
    this.generation = server.generation;
    this.version = server.version;
    this.defaultSize = server.defaultSize;
    this.#connection = connection;
    this.#hub = hub;
  }

  get clock(): Clock {
    return this.options.clock;
  }

  get socketPath(): string {
    return this.options.socketPath;
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /** The pid of the control client, for tests and for telling it from stray ones. */
  get clientPid(): number | undefined {
    return this.#connection.pid;
  }

  async command(command: Command, signal: AbortSignal): Promise<ReplyLines> {
    const [reply = []] = await this.sequence([command], signal);
    return reply;
  }

  /**
   * Run commands on one line.
   *
   * @throws {TmuxConnectionLostError} the outcome is unknown, and the server lives.
   * @throws {TmuxServerGoneError} the server is gone, and so is what the commands did.
   */
  async sequence(
    commands: readonly Command[],
    signal: AbortSignal,
  ): Promise<readonly ReplyLines[]> {
    const replies = await this.sequenceBytes(commands, signal);
    return replies.map((lines) => lines.map(String));
  }

  async sequenceBytes(
    commands: readonly Command[],
    signal: AbortSignal,
  ): Promise<readonly (readonly Buffer[])[]> {
    try {
      if (!this.#connection.isOpen) await this.#reconnect(signal);
      return await this.#gate.together(
        async () => await this.#connection.sequence(commands, signal),
        signal,
      );
    } catch (error) {
      if (!hasCode(error, 'tmux.connection-lost')) throw error;
      if (await isRunning(this.generation)) throw error;
      throw new TmuxServerGoneError(this.socketPath, error);
    }
  }

  /** Be told of every notification, and of a new connection (what happened between is unknown). */
  listen(listener: NotificationListener): Disposable {
    return this.#hub.add(listener);
  }

  /**
   * Open another client of this server that gets the output of one session's panes.
   * It prints nothing until its `no-output` flag is taken away.
   */
  async openStream(
    session: string,
    onOutput: (pane: PaneId, bytes: Buffer) => void,
    onNotification: NotificationListener,
  ): Promise<ControlConnection> {
    const args = ['attach-session', '-f', 'no-output,ignore-size,pause-after=2', '-t', session];
    return await this.#gate.alone(async () => await this.#open(args, onOutput, onNotification));
  }

  /** End the command client; the server runs on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#connection[Symbol.asyncDispose]();
  }

  async #reconnect(signal: AbortSignal): Promise<void> {
    if (this.#isClosed) {
      throw new TmuxConnectionLostError(this.socketPath, 'the handle was closed');
    }
    this.#connecting ??= this.#gate
      .alone(async () => await this.#connect())
      .finally(() => (this.#connecting = undefined));
    await abortable(this.#connecting, signal);
  }

  async #connect(): Promise<void> {
    const args = ['attach-session', '-f', 'no-output,ignore-size'];
    const connection = await this.#open(
      args,
      () => {},
      (notification) => this.#hub.tell(notification),
    );
    this.#connection = connection;
    this.#hub.tell({ kind: 'reconnected' });
  }

  async #open(
    args: readonly string[],
    onOutput: (pane: PaneId, bytes: Buffer) => void,
    onNotification: NotificationListener,
  ): Promise<ControlConnection> {
    const { program, socketPath, clock, deadlineMs } = this.options;
    if (!(await isRunning(this.generation))) throw new TmuxServerGoneError(socketPath);
    const client = spawnControlClient(program, socketPath, { args, mayStart: false });
    const options = { socketPath, clock, deadlineMs, onOutput, onNotification };
    const connection = new ControlConnection(client, options);
    try {
      const found = await readIdentity(connection, new AbortController().signal);
      if (found.pid !== this.generation.pid || found.startedAt !== this.generation.startedAt) {
        throw new TmuxGenerationGoneError(socketPath, this.generation.pid, found.pid);
      }
      return connection;
    } catch (error) {
      await connection[Symbol.asyncDispose]();
      throw refused(error, socketPath);
    }
  }
}

/** Listeners of one server; they may come and go while they are told. */
export class NotificationHub {
  readonly #listeners = new Set<NotificationListener>();

  add(listener: NotificationListener): Disposable {
    const own: NotificationListener = (notification) => listener(notification);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => this.#listeners.delete(own) };
  }

  tell(notification: TmuxNotification): void {
    for (const listener of this.#listeners) listener(notification);
  }
}

export interface ServerIdentity {
  readonly pid: number;
  readonly startedAt: number;
  readonly version: string;
  readonly defaultSize: TerminalSize;
  /** What the client is attached to. */
  readonly current: CreatedIds;
}

/** Wait until the connection is attached and ask which server answers. */
export async function readIdentity(
  connection: ControlConnection,
  signal: AbortSignal,
): Promise<ServerIdentity> {
  // Sent earlier it could be answered before there is a session.
  await abortable(connection.attached, signal);
  // A session has a default size of its own, so the format would not give the server's.
  const commands = [identityCommand, ['show-options', '-g', '-v', 'default-size']];
  const replies = await connection.sequence(commands, signal);
  const [line = '', size = ''] = replies.map(([first]) => String(first));
  const [pid = '', startedAt = '', session = '', window = '', pane = '', version = ''] =
    line.split(' ');
  const [columns = 80, rows = 24] = size.split('x').map(Number);
  return {
    pid: Number(pid),
    startedAt: Number(startedAt),
    version,
    current: readIds([`${session} ${window} ${pane}`]),
    defaultSize: { columns, rows },
  };
}

/** A client that cannot attach says why in words; no server is the one that matters. */
export function refused(error: unknown, socketPath: string): unknown {
  if (error instanceof TmuxCommandError) return error;
  const text = error instanceof Error ? error.message : '';
  const isGone = /no server running|error connecting|no sessions|server exited/.test(text);
  return isGone ? new TmuxServerGoneError(socketPath, error) : error;
}
