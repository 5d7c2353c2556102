import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { systemClock } from '../src/base/index.ts';
import { launchOptions } from '../src/checks/browser/launch-options.ts';
import { checkHealth, findBrowser, runSiteTests, takeScreenshots } from '../src/checks/index.ts';
import { openLoopbackServer } from '../test/support/loopback-server.ts';
import { type Benchmark, quantile, summarise, time } from './measure.ts';

const never = new AbortController().signal;
const clock = systemClock;
const page = `<!doctype html><html lang="en"><title>Bench</title>
  <meta name="viewport" content="width=device-width"><meta name="description" content="Bench">
  <main><h1>Bench</h1><p>A page.</p></main></html>`;

/** What the checks of a site cost besides the browser, which is started bare beside them. */
export const siteChecks: Benchmark = {
  name: 'site-checks',
  about: 'checks of a site of one page, beside a bare browser that does the same',
  async run({ dir, scale, say }) {
    const searchPath = process.env['PATH'] ?? '';
    const browser = await findBrowser({ browserPath: undefined, searchPath });
    if (browser === undefined) {
      say('there is no browser on PATH: nothing is measured');
      return [];
    }
    await using site = await openLoopbackServer(async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    });
    const url = `${site.url}/`;
    const work = { url, browser, dir: join(dir, 'checks'), clock, onNote() {} };
    const health: number[] = [];
    const bare: number[] = [];
    const pictures: number[] = [];
    const tests: number[] = [];
    const rounds = Math.max(3, Math.round(10 * scale));
    for (let round = 0; round < rounds; round += 1) {
      say(`round ${round + 1} of ${rounds}`);
      // They take turns, so that a noisy moment of the machine meets all.
      health.push(await time(async () => await checkHealth({ url, clock }, never)));
      bare.push(await time(async () => await photographBare(browser, url, dir)));
      pictures.push(await time(async () => await takeScreenshots(work, never)));
      tests.push(await time(async () => await runSiteTests({ ...work, tests: [] }, never)));
    }
    const ours = quantile(pictures, 0.5) - quantile(bare, 0.5);
    return [
      summarise('health check of a healthy site', health),
      summarise('two screenshots by a bare browser', bare),
      summarise('two screenshots', pictures),
      summarise('two screenshots: our part of it', [ours], { limit: 2_000 }),
      summarise('built-in tests of one page, with report', tests),
    ];
  },
};

async function photographBare(browser: string, url: string, dir: string): Promise<void> {
  const bareDir = join(dir, 'bare');
  await mkdir(bareDir, { recursive: true });
  const started = await chromium.launch(launchOptions(browser));
  for (const width of [1280, 390]) {
    const tab = await started.newPage({ viewport: { width, height: 800 } });
    await tab.goto(url);
    await tab.screenshot({ path: join(bareDir, `${width}.png`), fullPage: true });
  }
  await started.close();
}
