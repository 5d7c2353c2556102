import { readFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { silentLog } from '../src/base/index.ts';
import { openApp } from '../src/app/index.ts';
import { type Benchmark, summarise } from './measure.ts';

const program = fileURLToPath(new URL('../bin/tmux-builder', import.meta.url));
const JOBS = 100;
const MEMORY_LIMIT_MB = 150;

/** A hundred demo jobs at concurrency 20: each exactly once, in bounded memory. */
export const manyJobs: Benchmark = {
  name: 'many-jobs',
  about: '100 demo jobs at concurrency 20: lost, doubled, memory of our process',
  async run({ dir, scale }) {
    const dataDir = join(dir, 'many');
    const count = Math.max(20, Math.round(JOBS * scale));
    await using app = await openApp({ dataDir, log: silentLog });
    for (let n = 0; n < count; n += 1) {
      await app.addJob({ agent: 'demo', template: 'echo_test', prompt: `number ${n}` });
    }
    const start = performance.now();
    const peak = await runWorker([
      '--data-dir',
      dataDir,
      'worker',
      '--concurrency',
      '20',
      '--until-idle',
    ]);
    const elapsed = performance.now() - start;
    const { items } = await app.listJobs({ limit: count });
    const lost = items.filter(({ status }) => status !== 'succeeded').length;
    let doubled = 0;
    for (const job of items) {
      const kinds = (await app.listJobEvents(job.id)).map(({ kind }) => kind);
      if (kinds.filter((kind) => kind === 'job.settled').length > 1 || job.attempts > 1)
        doubled += 1;
    }
    return [
      { name: 'lost', unit: 'jobs', median: lost, count, limit: 0 },
      { name: 'doubled', unit: 'jobs', median: doubled, count, limit: 0 },
      {
        name: 'peak memory of our process',
        unit: 'MB',
        median: peak,
        count: 1,
        limit: MEMORY_LIMIT_MB,
      },
      summarise('each job, 20 at once', [elapsed / count]),
    ];
  },
};

/** Run a worker to its end; resolves with its peak resident memory in MB. */
async function runWorker(args: readonly string[]): Promise<number> {
  const child = spawn(program, args, { stdio: 'ignore' });
  let peak = 0;
  const timer = setInterval(() => {
    readFile(`/proc/${child.pid}/status`, 'utf8').then(
      (status) => (peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)),
      () => {},
    );
  }, 50);
  const [code] = await once(child, 'exit');
  clearInterval(timer);
  if (code !== 0) throw new Error(`the worker ended with ${code}`);
  return peak;
}
