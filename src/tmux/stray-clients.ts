import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Clock, endProcesses, findProcess } from '../base/index.ts';
import { procPids, procText, procWords } from './proc-files.ts';

/**
 * End control clients of one socket. Left behind by a program that was killed they freeze panes,
 * and a server with one of them does not end. They are found by process, because the server may
 * be past answering.
 */
export async function endStrayClients(
  socketPath: string,
  {
    clock,
    isStray,
  }: { readonly clock: Clock; readonly isStray: (client: ClientProcess) => boolean },
  signal: AbortSignal,
): Promise<void> {
  const clients = (await findControlClients(socketPath)).filter(isStray);
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

async function findControlClients(socketPath: string): Promise<readonly ClientProcess[]> {
  const rows = process.platform === 'linux' ? linuxRows() : await psRows();
  return rows.filter(({ pid, words }) => pid !== process.pid && isControlClient(words, socketPath));
}

/**
 * `tmux ... -C ... -S SOCKET ...`. A server that such a client started bears the same words:
 * callers leave out the server's pid.
 */
function isControlClient(words: readonly string[], socketPath: string): boolean {
  const [program = ''] = words;
  const isTmux = /(^|\/)tmux\b/.test(program);
  const socket = words.findIndex((word, index) => word === '-S' && words[index + 1] === socketPath);
  return isTmux && socket !== -1 && words.some((word) => word === '-C' || word === '-CC');
}

interface Row extends ClientProcess {
  readonly words: readonly string[];
}

function linuxRows(): readonly Row[] {
  return procPids().flatMap((pid) => {
    const words = procWords(pid, 'cmdline');
    return words.length === 0 ? [] : [{ pid, words, parent: parentOf(pid) }];
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
