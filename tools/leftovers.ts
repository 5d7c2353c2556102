import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { systemClock } from '../src/base/clock.ts';
import {
  endProcesses,
  findProcess,
  findProcessTree,
  type ProcessIdentity,
} from '../src/base/processes.ts';

export interface Leftover extends ProcessIdentity {
  /** Its command line. */
  readonly about: string;
  /** The path by which it, or a parent of it, was known. */
  readonly place: string;
}

/** A server that was told to end takes a moment; on a loaded machine a long one. */
const GRACE_MS = 5_000;

/**
 * Find processes that name a path with this beginning in their arguments or environment or work
 * there, and the children of these: what tests left behind, when they keep everything below such
 * paths. Linux only; elsewhere nothing is found.
 */
export async function findLeftovers(beginning: string): Promise<readonly Leftover[]> {
  if (process.platform !== 'linux') return [];
  const found = new Map<number, Leftover>();
  for (const pid of readdirSync('/proc').map(Number)) {
    const place = Number.isNaN(pid) || pid === process.pid ? undefined : placeOf(beginning, pid);
    const identity = place === undefined ? undefined : await findProcess(pid);
    if (place === undefined || identity === undefined) continue;
    for (const one of await findProcessTree(identity)) {
      if (found.has(one.pid) || one.pid === process.pid) continue;
      found.set(one.pid, { ...one, about: commandLine(one.pid), place });
    }
  }
  return [...found.values()];
}

/** The same, once what is about to end has ended. */
export async function settledLeftovers(beginning: string): Promise<readonly Leftover[]> {
  const end = systemClock.monotonic() + GRACE_MS;
  let left = await findLeftovers(beginning);
  while (left.length > 0 && systemClock.monotonic() < end) {
    await systemClock.after(25, new AbortController().signal);
    left = await findLeftovers(beginning);
  }
  return left;
}

/** End them for good, so that the next run starts on a clean machine. */
export async function endLeftovers(left: readonly Leftover[]): Promise<void> {
  await endProcesses(left, { clock: systemClock, graceMs: 0 }, new AbortController().signal);
}

function placeOf(beginning: string, pid: number): string | undefined {
  const texts = [
    read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')),
    read(() => readFileSync(`/proc/${pid}/environ`, 'utf8')),
    read(() => readlinkSync(`/proc/${pid}/cwd`)),
  ];
  const text = texts.find((one) => one.includes(beginning));
  return text?.slice(text.indexOf(beginning)).match(/^[^\0\s:'"]+/)?.[0];
}

function commandLine(pid: number): string {
  const text = read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  return text.replaceAll('\0', ' ').trim().slice(0, 200);
}

function read(file: () => string): string {
  try {
    return file();
  } catch {
    // Gone meanwhile, or another user's: neither is ours to report.
    return '';
  }
}
