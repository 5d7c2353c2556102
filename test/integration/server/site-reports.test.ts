import { expect, test } from 'vitest';
import { Chromium } from '../../support/browser.ts';
import { StandInSites } from './stand-in-sites.ts';
import { TestServer } from './test-server.ts';

/** Tries everything that a page could do with a login, and tells what came of it. */
const report = `<!doctype html><title>report</title><p id="said">nothing yet</p><script>
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
    await tried('storage', () => localStorage.length);
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
  ['storage', 'refused'],
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
  const page = await chromium.person();
  await page
    .context()
    .addCookies([
      { name: 'tbl', value: cookie, url: server.url, httpOnly: true, sameSite: 'Strict' },
    ]);
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
