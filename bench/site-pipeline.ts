import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type App, openApp } from '../src/app/index.ts';
import { silentLog, systemClock } from '../src/base/index.ts';
import { stopSiteHost } from '../src/deploy/index.ts';
import { type Benchmark, summarise, time } from './measure.ts';

const OVERHEAD_LIMIT_MS = 2_000;
const never = new AbortController().signal;

/** What the nine steps cost besides the agent's turns and the browser, which both are left out. */
export const sitePipeline: Benchmark = {
  name: 'site-pipeline',
  about: 'a site by the demo agent on this machine, without the checks by a browser',
  async run({ dir, scale, say }) {
    const rounds = Math.max(3, Math.round(10 * scale));
    const dataDir = join(dir, 'data');
    await using app = await openApp({ dataDir, log: silentLog });
    const whole: number[] = [];
    const overhead: number[] = [];
    try {
      for (let round = 0; round < rounds; round += 1) {
        say(`round ${round + 1} of ${rounds}`);
        const site = await makeSite(app, round);
        whole.push(site.tookMs);
        overhead.push(site.tookMs - site.agentMs);
      }
    } finally {
      await stopHosts(join(dir, 'r'));
    }
    return [
      summarise('from the wish to a healthy address', whole),
      summarise('the same without the agent', overhead, { limit: OVERHEAD_LIMIT_MS }),
    ];
  },
};

async function makeSite(
  app: App,
  round: number,
): Promise<{ readonly tookMs: number; readonly agentMs: number }> {
  const site = await app.sites.create({
    requirements: `A page about bread ${round}`,
    agent: 'demo',
  });
  const { execution_id: id } = site.execution;
  for (const step of ['screenshot', 'e2e_tests'] as const) await app.sites.skipStep(id, step);
  const tookMs = await time(async () => {
    const { status, error } = await app.sites.execute(id, () => {});
    if (status !== 'succeeded') throw new Error(`the execution is ${status}: ${error?.message}`);
  });
  let agentMs = 0;
  const { items } = await app.listJobs({ sessionId: site.session_id, limit: 100 });
  for (const job of items) {
    for (const { startedAt, endedAt } of await app.listAttempts(job.id)) {
      agentMs += (endedAt ?? startedAt) - startedAt;
    }
  }
  await app.sites.destroy(site.session_id);
  await app.sites.executeDestroy(site.session_id, () => {});
  await app.stopSession(site.session_id);
  return { tookMs, agentMs };
}

/** The host of local sites goes on when whoever started it ends. */
async function stopHosts(runtimeDir: string): Promise<void> {
  for (const name of await readdir(runtimeDir)) {
    await stopSiteHost({ runtimeDir: join(runtimeDir, name), clock: systemClock }, never);
  }
}
