import { rm } from 'node:fs/promises';
import {
  type Clock,
  CodedError,
  endProcesses,
  isRunning,
  type ProcessIdentity,
} from '../base/index.ts';
import type { TmuxGeneration, TmuxLink } from './link.ts';
import { endPaneProcesses, paneProcesses, strayServerProcesses } from './pane-processes.ts';
import { takeSnapshot } from './snapshot.ts';
import { statOrUndefined } from './stat-file.ts';
import { endStrayClients } from './stray-clients.ts';

export interface KillOptions {
  /** How long programs may take to end after SIGHUP and SIGTERM, before SIGKILL. */
  readonly graceMs?: number;
}

/** A server with hundreds of panes needs seconds to end by itself. */
const SERVER_GRACE_MS = 5_000;

/**
 * End a server and every process of its panes, and prove both: only then is its socket free.
 *
 * A server that does not answer, or does not end, is killed.
 *
 * @throws {OldProcessAliveError} a process outlived SIGKILL.
 */
export async function killServer(
  link: TmuxLink,
  { graceMs = 2_000 }: KillOptions,
  signal: AbortSignal,
): Promise<void> {
  const { clock, socketPath, generation } = link;
  const socket = await statOrUndefined(socketPath);
  const processes = await processesOf(link, signal);
  // A client whose reader is gone keeps a server up for ever.
  const isStray = ({ pid }: { readonly pid: number }): boolean =>
    pid !== generation.pid && pid !== link.clientPid;
  await endStrayClients(socketPath, { clock, isStray }, signal);
  if (processes !== undefined) {
    void askToEnd(link);
    await untilGone(generation, clock, signal);
  }
  await endProcesses([generation], { clock, graceMs: 0 }, signal);
  await link[Symbol.asyncDispose]();
  await removeSocket(socketPath, socket?.ino);
  const left = [...(processes ?? []), ...(await strayServerProcesses(socketPath, generation.pid))];
  await endPaneProcesses('of the server', left, { clock, graceMs }, signal);
}

/**
 * Kill a server that does not answer any more, by pid and start time, and free its socket.
 * What ran in its panes is ended too, as far as its environment shows it (Linux).
 */
export async function killUnresponsiveServer(
  {
    generation,
    socketPath,
    clock,
  }: {
    readonly generation: TmuxGeneration;
    readonly socketPath: string;
    readonly clock: Clock;
  },
  signal: AbortSignal,
): Promise<void> {
  const socket = await statOrUndefined(socketPath);
  await endProcesses([generation], { clock, graceMs: 0 }, signal);
  const isStray = ({ pid }: { readonly pid: number }): boolean => pid !== generation.pid;
  await endStrayClients(socketPath, { clock, isStray }, signal);
  await removeSocket(socketPath, socket?.ino);
  const left = await strayServerProcesses(socketPath, generation.pid);
  await endPaneProcesses('of the server', left, { clock, graceMs: 0 }, signal);
}

/** The processes of all panes; undefined when the server cannot be asked any more. */
async function processesOf(
  link: TmuxLink,
  signal: AbortSignal,
): Promise<readonly ProcessIdentity[] | undefined> {
  try {
    const { sessions } = await takeSnapshot(link, {}, signal);
    const panes = sessions.flatMap(({ windows }) => windows.flatMap((window) => window.panes));
    return await paneProcesses(link, panes);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

/** Ask while still reading: a server waits for its clients to take what it has to say. */
async function askToEnd(link: TmuxLink): Promise<void> {
  try {
    await link.command(['kill-server'], new AbortController().signal);
  } catch (error) {
    // The reply often does not make it; whether the process is gone is what counts.
    if (!(error instanceof CodedError)) throw error;
  }
}

async function untilGone(server: TmuxGeneration, clock: Clock, signal: AbortSignal): Promise<void> {
  const end = clock.monotonic() + SERVER_GRACE_MS;
  for (let pauseMs = 1; clock.monotonic() < end; pauseMs = Math.min(pauseMs * 2, 50)) {
    if (!(await isRunning(server))) return;
    await clock.after(pauseMs, signal);
  }
}

/** Remove the socket of the server that ended, and not that of one started meanwhile. */
async function removeSocket(socketPath: string, ino: number | undefined): Promise<void> {
  const left = await statOrUndefined(socketPath);
  if (left !== undefined && left.ino === ino) await rm(socketPath, { force: true });
}
