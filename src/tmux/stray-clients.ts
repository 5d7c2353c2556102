import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Clock, endProcesses, findProcess } from '../base/index.ts';
import { procPids, procText, procWords } from './proc-files.ts';

export interface StrayOptions {
  readonly clock: Clock;
  readonly isStray: (client: ClientProcess) => boolean;
  /** Only those that were left by a program which ended before: a list of a moment ago will do. */
  readonly isEarlier?: boolean;
}

/**
 * End control clients of one socket. Left behind by a program that was killed they freeze panes,
 * and a server with one of them does not end. They are found by process, because the server may
 * be past answering.
 */
export async function endStrayClients(
  socketPath: string,
  { clock, isStray, isEarlier = false }: StrayOptions,
  signal: AbortSignal,
): Promise<void> {
  const list = isEarlier ? async () => await shared.recent(clock) : tmuxRows;
  const clients = (await findControlClients(socketPath, list)).filter(isStray);
  const found = await Promise.all(clients.map(async ({ pid }) => await findProcess(pid)));
  const processes = found.filter((one) => one !== undefined);
  if (processes.length > 0) await endProcesses(processes, { clock, graceMs: 0 }, signal);
}

export interface ClientProcess {
  readonly pid: number;
  readonly parent: number;
}

/** Tell whether nobody reads this client any more: its parent died and left it to init. */
export function isOrphan({ parent }: ClientProcess): boolean {
  // Where we are init ourselves, our own clients look the same.
  return parent === 1 && process.pid !== 1;
}

async function findControlClients(
  socketPath: string,
  list: () => Promise<readonly Row[]>,
): Promise<readonly ClientProcess[]> {
  const rows = await list();
  return rows.filter(({ pid, words }) => pid !== process.pid && isControlClient(words, socketPath));
}

/** How old a list may be in which clients are looked for that died before we began. */
const OLDEST_MS = 250;

/**
 * Lists of all processes, which cost some milliseconds each: a program that connects to a hundred
 * servers at once reads one for all of them.
 */
class SharedList {
  #rows: Promise<readonly Row[]> | undefined;
  #readAt = -Infinity;

  async recent(clock: Clock): Promise<readonly Row[]> {
    if (this.#rows === undefined || clock.monotonic() - this.#readAt > OLDEST_MS) {
      this.#readAt = clock.monotonic();
      this.#rows = tmuxRows();
    }
    return await this.#rows;
  }
}

const shared = new SharedList();

/**
 * `tmux ... -C ... -S SOCKET ...`. A server that such a client started bears the same words:
 * callers leave out the server's pid.
 */
function isControlClient(words: readonly string[], socketPath: string): boolean {
  const socket = words.findIndex((word, index) => word === '-S' && words[index + 1] === socketPath);
  return isTmux(words) && socket !== -1 && words.some((word) => word === '-C' || word === '-CC');
}

function isTmux([program = '']: readonly string[]): boolean {
  return /(^|\/)tmux\b/.test(program);
}

interface Row extends ClientProcess {
  readonly words: readonly string[];
}

async function tmuxRows(): Promise<readonly Row[]> {
  return process.platform === 'linux' ? linuxRows() : await psRows();
}

function linuxRows(): readonly Row[] {
  return procPids().flatMap((pid) => {
    const words = procWords(pid, 'cmdline');
    return isTmux(words) ? [{ pid, words, parent: parentOf(pid) }] : [];
  });
}

/** proc(5): the parent is the second field after the command name in parentheses. */
function parentOf(pid: number): number {
  const stat = procText(pid, 'stat');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

async function psRows(): Promise<readonly Row[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [pid = '', parent = '', ...words] = line.trim().split(/\s+/);
    return pid === '' ? [] : [{ pid: Number(pid), parent: Number(parent), words }];
  });
}
