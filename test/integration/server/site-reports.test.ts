import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import { findBrowser, runSiteTests } from '../../../src/checks/index.ts';
import { Chromium, faultsOf } from '../../support/browser.ts';
import { StandInSites } from './stand-in-sites.ts';
import { TestServer } from './test-server.ts';

/** Tries everything that a page could do with a login, and tells what came of it. */
const report = `<!doctype html><html lang="en"><head><title>report</title></head><p id="said">nothing yet</p><script>
  const got = [];
  const tried = async (name, attempt) => {
    try { got.push([name, await attempt()]); } catch { got.push([name, 'refused']); }
  };
  const image = (address) => new Promise((resolve, reject) => {
    const own = new Image();
    own.onload = () => resolve('shown');
    own.onerror = reject;
    own.src = address;
  });
  await_all();
  async function await_all() {
    await tried('fetch', async () => await (await fetch('/api/me')).text());
    await tried('blind fetch', async () => (await fetch('/api/me', { mode: 'no-cors' })).type);
    await tried('change', async () => (await fetch('/api/sessions', { method: 'POST' })).status);
    await tried('cookie', () => document.cookie);
    await tried('storage', () => {
      const before = localStorage.length;
      localStorage.setItem('word', 'kept');
      return [before, localStorage.getItem('word')];
    });
    await tried('dashboard', () => parent === self ? null.gone : parent.document.title);
    await tried('image', () => image('/api/nothing.png'));
    await tried('own image', () => image('data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='));
    document.querySelector('#said').textContent = JSON.stringify([self.origin, ...got]);
  }
</script>`;

const refused = [
  'null',
  ['fetch', 'refused'],
  ['blind fetch', 'refused'],
  ['change', 'refused'],
  ['cookie', 'refused'],
  ['storage', [0, 'kept']],
  ['dashboard', 'refused'],
  ['image', 'refused'],
  ['own image', 'shown'],
];

test('scripts of a report run, and reach neither the API nor the dashboard', async () => {
  await using server = await TestServer.open();
  const { cookie, userId } = await server.makeAdmin();
  const { id } = await server.app.createSession({ userId });
  StandInSites.in(server.app, id).files.set('report/index.html', report);
  await using chromium = await Chromium.open();
  const page = await openPage(chromium, server.url, cookie);
  const address = `${server.url}/api/sites/${id}/artefact?path=report/index.html`;

  const opened = await page.goto(address);
  expect(opened?.status()).toBe(200);
  const said = page.locator('#said');
  await expect.poll(async () => JSON.parse(await said.innerText())).toEqual(refused);

  // In a frame of a page of ours, which is logged in and whose policy lets frames be shown.
  await page.goto(`${server.url}/api/docs`);
  expect(await page.evaluate(async () => (await fetch('/api/me')).status)).toBe(200);
  await page.evaluate((src) => {
    document.body.append(Object.assign(document.createElement('iframe'), { src }));
  }, address);
  const framed = page.frameLocator('iframe').locator('#said');
  await expect.poll(async () => JSON.parse(await framed.innerText())).toEqual(refused);
  expect(await server.app.listSessions({ limit: 10 })).toMatchObject({ items: [{ id }] });
});

test('the report of a site’s tests is drawn, though it has no login and no storage', async () => {
  await using server = await TestServer.open();
  const { cookie, userId } = await server.makeAdmin();
  const { id } = await server.app.createSession({ userId });
  const path = await makeReport();
  StandInSites.in(server.app, id).files.set('report/index.html', await readFile(path));
  await using chromium = await Chromium.open();
  const page = await openPage(chromium, server.url, cookie);

  await page.goto(`${server.url}/api/sites/${id}/artefact?path=report/index.html`);
  await page.getByRole('link', { name: 'Every page opens' }).first().click();

  await page.getByText('net::ERR_UNSAFE_PORT').first().waitFor();
  expect(faultsOf(page)).toEqual([]);
});

/** Of a site that no browser opens: the quickest one. */
async function makeReport(): Promise<string> {
  const searchPath = process.env['PATH'] ?? '';
  const browserPath = process.env['TMUX_BUILDER_CHROMIUM'];
  const browser = (await findBrowser({ browserPath, searchPath })) ?? '';
  const dir = join(tmpdir(), 'report');
  const work = { url: 'http://127.0.0.1:9/', browser, dir, tests: [], onNote: () => {} };
  const { signal } = new AbortController();
  return (await runSiteTests({ ...work, clock: systemClock }, signal)).reportPath;
}

async function openPage(chromium: Chromium, url: string, cookie: string): Promise<Page> {
  const page = await chromium.person();
  const login = { name: 'tbl', value: cookie, url, httpOnly: true, sameSite: 'Strict' } as const;
  await page.context().addCookies([login]);
  return page;
}
