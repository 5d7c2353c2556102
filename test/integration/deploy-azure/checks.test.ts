import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import { checkHealth, runSiteTests, takeScreenshots } from '../../../src/checks/index.ts';
import { accountOf, azureSite, never } from '../../support/azure/azure-site.ts';
import { openFakeAzure } from '../../support/azure/fake-azure.ts';
import { html, work } from '../checks/small-site.ts';

test('a site at Azure passes the checks that every site passes', async () => {
  await using azure = await openFakeAzure([accountOf('checked')]);
  const site = await azureSite(azure, { sessionId: 'checked' });
  const files = {
    'index.html': html({ title: 'Bakery', body: '<a href="about.html">About</a>' }),
    'about.html': html({ title: 'About', body: '<a href="/">Home</a>' }),
    '404.html': html({ title: 'Not there', body: '<p>Sorry.</p>' }),
  };
  const { url } = await site.apply(await site.release(files));
  const dir = await mkdtemp(join(tmpdir(), 'checks-'));
  const task = work(url.replace(/\/$/, ''), dir);

  const health = await checkHealth({ url, clock: systemClock }, never);
  const screenshots = await takeScreenshots(task, never);
  const report = await runSiteTests({ ...task, tests: [] }, never);

  expect(health).toMatchObject({ isHealthy: true });
  expect(screenshots).toHaveLength(2);
  expect(report.results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(report.results.length).toBeGreaterThan(3);
  await site.destroy();
});
