import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Clock } from './clock.ts';
import { systemCode } from './coded-error.ts';

/**
 * One process for good: the kernel reuses a pid, never a pid with its start time. `startTime` is
 * opaque (clock ticks since boot on Linux, a date elsewhere): compare it, do not compute with it.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

interface ProcessRow extends ProcessIdentity {
  readonly parent: number;
  readonly group: number;
  readonly isZombie: boolean;
}

const run = promisify(execFile);

/** Look up a running process; a zombie counts as gone. */
export async function findProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const row = process.platform === 'linux' ? linuxRow(pid) : await otherRow(pid);
  if (row === undefined || row.isZombie) return undefined;
  return { pid: row.pid, startTime: row.startTime };
}

/** This process, for rows that say who holds something. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const own = await findProcess(process.pid);
  return own ?? { pid: process.pid, startTime: 'unknown' };
}

export async function isRunning({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  return (await findProcess(pid))?.startTime === startTime;
}

/** A process, its children and theirs, parents first. */
export async function findProcessTree(root: ProcessIdentity): Promise<readonly ProcessIdentity[]> {
  if (!(await isRunning(root))) return [];
  const rows = await allRows();
  const tree: ProcessRow[] = rows.filter(({ pid }) => pid === root.pid);
  for (const parent of tree) tree.push(...rows.filter((row) => row.parent === parent.pid));
  return tree.map(({ pid, startTime }) => ({ pid, startTime }));
}

/**
 * Processes whose environment holds `NAME=value`: what a dead agent left running, however it
 * was re-parented. Linux only; elsewhere nothing is found, because no system shows it.
 */
export function findByEnvironment(name: string, value: string): readonly ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  const wanted = `${name}=${value}`;
  return linuxPids().flatMap((pid) => {
    const row = readOrUndefined(`/proc/${pid}/environ`)?.split('\0').includes(wanted)
      ? linuxRow(pid)
      : undefined;
    return row === undefined || row.isZombie ? [] : [{ pid: row.pid, startTime: row.startTime }];
  });
}

/** Values of an environment variable, each once, that begin so in some process. Linux only. */
export function findEnvironmentValues(name: string, prefix: string): readonly string[] {
  if (process.platform !== 'linux') return [];
  const wanted = `${name}=${prefix}`;
  const found = linuxPids().flatMap((pid) =>
    (readOrUndefined(`/proc/${pid}/environ`) ?? '')
      .split('\0')
      .filter((entry) => entry.startsWith(wanted)),
  );
  return [...new Set(found)].map((entry) => entry.slice(name.length + 1));
}

export interface EndOptions {
  readonly clock: Clock;
  /** How long SIGTERM may take before SIGKILL follows. 0 kills at once. */
  readonly graceMs: number;
}

/**
 * End processes and prove it: TERM, then KILL for those that are left after the grace.
 *
 * Resolves when every one is gone. A process that changed its pid's owner is never signalled.
 *
 * @returns those that survive SIGKILL for 5 s (uninterruptible sleep): do not reuse their files.
 * @throws `signal.reason` when aborted; what was signalled stays signalled.
 */
export async function endProcesses(
  processes: readonly ProcessIdentity[],
  { clock, graceMs }: EndOptions,
  signal: AbortSignal,
): Promise<readonly ProcessIdentity[]> {
  let left = await running(processes);
  if (graceMs > 0) {
    for (const one of left) sendSignal(one.pid, 'SIGTERM');
    left = await untilGone(left, clock, graceMs, signal);
  }
  for (const one of left) sendSignal(one.pid, 'SIGKILL');
  return await untilGone(left, clock, 5_000, signal);
}

/** Signal a process that may be gone already; anything but its absence is an error. */
export function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

/** Wait until none is left or the limit has passed; the kernel tells only a parent of an end. */
// oxlint-disable-next-line max-params -- one more than four beats an options object for one caller
async function untilGone(
  processes: readonly ProcessIdentity[],
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
): Promise<readonly ProcessIdentity[]> {
  const end = clock.monotonic() + limitMs;
  let left = await running(processes);
  for (
    let pauseMs = 2;
    left.length > 0 && clock.monotonic() < end;
    pauseMs = Math.min(pauseMs * 2, 50)
  ) {
    await clock.after(pauseMs, signal);
    left = await running(left);
  }
  return left;
}

async function running(processes: readonly ProcessIdentity[]): Promise<readonly ProcessIdentity[]> {
  const alive = await Promise.all(processes.map(isRunning));
  return processes.filter((_, index) => alive[index]);
}

function linuxPids(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** proc(5): the command name is in parentheses and may hold anything, so split after the last one. */
function linuxRow(pid: number): ProcessRow | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent = '', group = ''] = fields;
  const startTime = fields[19] ?? '';
  const isZombie = state === 'Z' || state === 'X';
  return { pid, startTime, parent: Number(parent), group: Number(group), isZombie };
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // Gone, or another user's: for a search both mean "not one of ours".
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

async function otherRow(pid: number): Promise<ProcessRow | undefined> {
  return (await psRows(['-p', String(pid)]))[0];
}

async function allRows(): Promise<readonly ProcessRow[]> {
  if (process.platform !== 'linux') return await psRows(['-A']);
  return linuxPids().flatMap((pid) => linuxRow(pid) ?? []);
}

async function psRows(which: readonly string[]): Promise<readonly ProcessRow[]> {
  try {
    const { stdout } = await run('ps', ['-o', 'pid=,ppid=,pgid=,stat=,lstart=', ...which]);
    return stdout.split('\n').flatMap((line) => {
      const [pid = '', parent = '', group = '', state = '', ...start] = line.trim().split(/\s+/);
      if (pid === '') return [];
      const startTime = start.join(' ');
      const isZombie = state.startsWith('Z');
      return [
        { pid: Number(pid), startTime, parent: Number(parent), group: Number(group), isZombie },
      ];
    });
  } catch (error) {
    // ps exits 1 when no process matches.
    if (error instanceof Error && 'code' in error && error.code === 1) return [];
    throw error;
  }
}
