import { connect } from 'node:net';
import { type Clock, findProcess, hasCode, systemCode } from '../base/index.ts';
import { ControlConnection } from './connection.ts';
import { plainEnvironment, spawnControlClient, type TmuxProgram } from './control-client.ts';
import { type SessionOptions, sessionCommands } from './create.ts';
import {
  TmuxConnectionLostError,
  TmuxServerGoneError,
  TmuxServerRunningError,
  TmuxStartError,
} from './errors.ts';
import { deathHook } from './hooks.ts';
import { type LinkOptions, NotificationHub, readIdentity, refused, TmuxLink } from './link.ts';
import { markCommands } from './options.ts';
import { checkSocketPath } from './socket-path.ts';
import { statOrUndefined } from './stat-file.ts';
import { endStrayClients, isOrphan } from './stray-clients.ts';
import { checkedSize, defaultSize, type TerminalSize } from './terminal-size.ts';
import { TmuxServer } from './server.ts';
import { parseTmuxVersion, readTmuxVersion, requireUsable } from './version.ts';

export interface ConnectOptions {
  /** Absolute, at most 100 bytes, in a directory of mode 0700 that the caller made. */
  readonly socketPath: string;
  readonly clock: Clock;
  /** Default `tmux`, looked up in the environment's PATH. */
  readonly tmuxPath?: string;
  /** The whole environment of the server and its clients: panes inherit it, and nothing else. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long the server may take to answer one command. Default 10 s. */
  readonly deadlineMs?: number;
}

export interface StartOptions extends ConnectOptions {
  readonly firstSession: SessionOptions;
  /** The size of windows that are made without one. */
  readonly size?: TerminalSize;
  /** Rows that tmux keeps of each pane; 0.65 KB a row. A scrollback is not a log: see `stream`. */
  readonly historyRows?: number;
  /** TERM for the programs. */
  readonly terminal?: string;
  /** User options (`@name`) that say whose server this is; `server.marks` reads them. */
  readonly marks?: Readonly<Record<string, string>>;
}

/**
 * Start a private server with one session, and connect to it: one process, some 15 ms.
 *
 * The server lives on when we die, and ends with its last session. Dead panes stay to be read
 * (remain-on-exit); windows keep their size whoever attaches; OSC 52 and titles change nothing.
 *
 * @throws {BadSocketPathError} | {TmuxNotFoundError} | {TmuxTooOldError} before anything started.
 * @throws {TmuxServerRunningError} a server answers on this socket already.
 * @throws {TmuxStartError} tmux refused, for the reason it gives.
 * @throws `signal.reason` when aborted; by then the server that had started is ended.
 */
export async function startTmuxServer(
  options: StartOptions,
  signal: AbortSignal,
): Promise<TmuxServer> {
  signal.throwIfAborted();
  const { socketPath } = options;
  await checkSocketPath(socketPath);
  if (await answers(socketPath)) throw new TmuxServerRunningError(socketPath);
  const commands = await startCommands(options);
  const args = commands.flatMap((command) => [...command.map(spawnedWord), ';']).slice(0, -1);
  try {
    return await open(linkOptions(options), { args, isNew: true }, signal);
  } catch (error) {
    if (!(error instanceof TmuxConnectionLostError)) throw error;
    // An old tmux fails at a flag it does not know: then its age is what to tell.
    const { program } = linkOptions(options);
    requireUsable(await readTmuxVersion(program.tmuxPath, program.environment, signal));
    throw new TmuxStartError(socketPath, String(error.facts['reason']));
  }
}

/**
 * Connect to a server that runs.
 *
 * @throws {TmuxServerGoneError} none runs on this socket.
 * @throws {TmuxServerUnresponsiveError} it does not answer: see `killUnresponsiveServer`.
 */
export async function connectTmuxServer(
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<TmuxServer> {
  signal.throwIfAborted();
  const { socketPath, clock } = options;
  await checkSocketPath(socketPath);
  if (!(await answers(socketPath))) throw new TmuxServerGoneError(socketPath);
  const args = ['attach-session', '-f', 'no-output,ignore-size'];
  const server = await open(linkOptions(options), { args, isNew: false }, signal);
  const { pid } = server.generation;
  const isStray = (client: { pid: number; parent: number }): boolean =>
    client.pid !== pid && isOrphan(client);
  await endStrayClients(socketPath, { clock, isStray, isEarlier: true }, signal);
  return server;
}

async function open(
  options: LinkOptions,
  { args, isNew }: { readonly args: readonly string[]; readonly isNew: boolean },
  signal: AbortSignal,
): Promise<TmuxServer> {
  const { program, socketPath, clock, deadlineMs } = options;
  const hub = new NotificationHub();
  const connection = new ControlConnection(
    spawnControlClient(program, socketPath, { args, mayStart: isNew }),
    {
      socketPath,
      clock,
      deadlineMs,
      onOutput: () => {},
      onNotification: (notification) => hub.tell(notification),
    },
  );
  try {
    // A start is not left half way: what it made could not be found and ended any more.
    const limit = isNew ? new AbortController().signal : signal;
    const identity = await readIdentity(connection, limit);
    const found = await findProcess(identity.pid);
    if (found === undefined) throw new TmuxServerGoneError(socketPath);
    const generation = { ...found, startedAt: identity.startedAt };
    const version = parseTmuxVersion(identity.version);
    const link = new TmuxLink(
      options,
      { generation, version, defaultSize: identity.defaultSize },
      { connection, hub },
    );
    const server = new TmuxServer(link, isNew ? identity.current : undefined);
    if (isNew && signal.aborted) await server.kill(limit, { graceMs: 0 });
    signal.throwIfAborted();
    return server;
  } catch (error) {
    if (isNew) await discardServer(options, error);
    await connection[Symbol.asyncDispose]();
    throw isNew ? error : refused(error, socketPath);
  }
}

/**
 * End a server that was started but cannot be handed over, and its client: they bear the same
 * words. A lost connection means that tmux refused, perhaps because another program was faster:
 * then the server is not ours to end.
 */
async function discardServer({ socketPath, clock }: LinkOptions, failure: unknown): Promise<void> {
  if (hasCode(failure, 'tmux.connection-lost')) return;
  const everyone = { clock, isStray: () => true };
  await endStrayClients(socketPath, everyone, new AbortController().signal);
}

async function startCommands(options: StartOptions): Promise<readonly (readonly string[])[]> {
  const { firstSession, historyRows = 5_000, terminal = 'screen-256color', marks = {} } = options;
  const size = checkedSize(options.size ?? defaultSize);
  return [
    ['start-server'],
    ['set-option', '-s', 'escape-time', '0'],
    ['set-option', '-s', 'set-clipboard', 'off'],
    ['set-option', '-s', 'default-terminal', terminal],
    ...markCommands(marks),
    setGlobal('default-size', `${size.columns}x${size.rows}`),
    setGlobal('default-shell', '/bin/sh'),
    setGlobal('history-limit', String(historyRows)),
    setGlobal('status', 'off'),
    setGlobal('automatic-rename', 'off'),
    setGlobal('remain-on-exit', 'on'),
    // A client whose session ends moves to another one, so the connection outlives its session.
    setGlobal('detach-on-destroy', 'off'),
    // An attaching person's DISPLAY and SSH_* stay out of later panes.
    setGlobal('update-environment', ''),
    deathHook,
    ...(await sessionCommands({ ...size, ...firstSession }, ['-f', 'no-output,ignore-size'])),
  ];
}

function setGlobal(name: string, value: string): readonly string[] {
  return ['set-option', '-g', name, value];
}

/** In argv tmux takes a `;` that ends a word as the end of the command, unless it is escaped. */
function spawnedWord(word: string): string {
  return word.endsWith(';') ? `${word.slice(0, -1)}\\;` : word;
}

function linkOptions(options: ConnectOptions): LinkOptions {
  const { socketPath, clock, tmuxPath = 'tmux', deadlineMs = 10_000 } = options;
  const program: TmuxProgram = { tmuxPath, environment: options.environment ?? plainEnvironment };
  return { program, socketPath, clock, deadlineMs };
}

/** Tell whether something listens on the socket; a socket file may outlive its server. */
async function answers(socketPath: string): Promise<boolean> {
  if ((await statOrUndefined(socketPath)) === undefined) return false;
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const socket = connect(socketPath, () => resolve(true));
  socket.on('error', (error) => {
    if (['ECONNREFUSED', 'ENOENT'].includes(systemCode(error) ?? '')) resolve(false);
    else reject(error);
  });
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
