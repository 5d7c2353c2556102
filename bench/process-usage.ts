import { readdir, readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../src/base/index.ts';

// V8 gives `gc` only to a context that is made after this flag was set.
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
const never = new AbortController().signal;

/**
 * What the threads of a process have run, in ms. Not `process.cpuUsage`, nor what `stat` has: where
 * the kernel counts by ticks, each short wake-up that meets one counts as 4 ms or more.
 */
export async function cpuMsOf(pid: number): Promise<number> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(
    tasks.map(async (task) => {
      const text = await readFile(`/proc/${pid}/task/${task}/schedstat`, 'utf8');
      return Number(text.split(' ')[0]) / 1e6;
    }),
  );
  return times.reduce((sum, one) => sum + one, 0);
}

/** MB that this process holds once what nothing refers to is gone. */
export async function settledRss(): Promise<number> {
  collectGarbage();
  await systemClock.after(200, never);
  return process.memoryUsage.rss() / 1e6;
}

/** PSS in MB of a process and all below it. */
export async function memoryOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const own = Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? Number.NaN) * 1_024;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const below = children.split(' ').filter((one) => one.trim() !== '');
  const shares = await Promise.all(below.map(async (one) => await memoryOf(Number(one))));
  return own / 1e6 + shares.reduce((sum, one) => sum + one, 0);
}
