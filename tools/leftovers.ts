import { readdirSync, readFileSync } from 'node:fs';
import { systemClock } from '../src/base/clock.ts';
import { endProcesses, findProcess, type ProcessIdentity } from '../src/base/processes.ts';

export interface Leftover extends ProcessIdentity {
  /** Its command line. */
  readonly about: string;
}

/**
 * Find processes that name a directory in their arguments or environment: what a test run left
 * behind, when that directory is the run's own. Linux only; elsewhere nothing is found.
 */
export function findLeftovers(directory: string): readonly Leftover[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      const about = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
      const isOurs = `${about}\0${read(`/proc/${name}/environ`)}`.includes(directory);
      const start = read(`/proc/${name}/stat`)
        .replace(/^.*\) /s, '')
        .split(' ')[19];
      if (!isOurs || about === '' || start === undefined) return [];
      return [{ pid: Number(name), startTime: start, about: about.slice(0, 200) }];
    });
}

/** End them for good, so that the next run starts on a clean machine. */
export async function endLeftovers(left: readonly Leftover[]): Promise<void> {
  const alive: ProcessIdentity[] = [];
  for (const { pid, startTime } of left) {
    if ((await findProcess(pid))?.startTime === startTime) alive.push({ pid, startTime });
  }
  await endProcesses(alive, { clock: systemClock, graceMs: 0 }, new AbortController().signal);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone meanwhile, or another user's: neither is ours to report.
    return '';
  }
}
