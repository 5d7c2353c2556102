import { join } from 'node:path';
import { silentLog } from '../src/base/index.ts';
import { openApp } from '../src/app/index.ts';
import { type Benchmark, quantile, summarise } from './measure.ts';

/** What a job costs with 10 and with 1,000 others in the queue: it must not grow. */
export const flatCost: Benchmark = {
  name: 'flat-cost',
  about: 'our time per job with 10 and with 1,000 jobs queued behind it',
  async run({ dir, scale }) {
    const medians: number[] = [];
    for (const waiting of [10, 1_000]) {
      await using app = await openApp({ dataDir: join(dir, `flat-${waiting}`), log: silentLog });
      for (let n = 0; n < waiting; n += 1) {
        await app.addJob({ agent: 'demo', prompt: `waits ${n}`, priority: -1 });
      }
      const samples: number[] = [];
      const only: string[] = [];
      for (let n = 0; n < Math.max(5, Math.round(30 * scale)); n += 1) {
        const command = ['cp', '{prompt}', '{output}'];
        only.push((await app.addJob({ prompt: `job ${n}`, command })).id);
      }
      await using _worker = await app.startWorker({ concurrency: 1, only });
      for (const id of only) {
        const done = await app.waitForJob(id);
        samples.push((done.settledAt ?? Number.NaN) - (done.startedAt ?? Number.NaN));
      }
      medians.push(quantile(samples, 0.5));
    }
    const [few = Number.NaN, many = Number.NaN] = medians;
    return [
      summarise('leased to settled, 10 queued', [few]),
      summarise('leased to settled, 1,000 queued', [many]),
      {
        name: '1,000 queued / 10 queued',
        unit: 'ratio',
        median: many / few,
        count: 1,
        limit: 1.25,
      },
    ];
  },
};
