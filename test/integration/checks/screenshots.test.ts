import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeScreenshots } from '../../../src/checks/index.ts';
import { html, leftOfChecks, openSite, work } from './small-site.ts';

const never = new AbortController().signal;

/** Width and height of a PNG, which stand at the begin of every one. */
async function sizeOf(path: string): Promise<readonly number[]> {
  const bytes = await readFile(path);
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

async function newDir(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'shots-'));
}

test('photographs a page on both screens, and leaves nothing but the pictures', async () => {
  await using site = await openSite({ '/': html({ title: 'Bakery', body: '<p>Bread</p>' }) });
  const dir = await newDir();

  const screenshots = await takeScreenshots(work(site.url, dir), never);

  const path = (name: string): string => join(dir, `${name}.png`);
  expect(screenshots).toEqual([
    { screen: 'desktop', path: path('desktop'), width: 1280, height: 800 },
    { screen: 'mobile', path: path('mobile'), width: 780, height: 1688 },
  ]);
  expect(await sizeOf(path('desktop'))).toEqual([1280, 800]);
  expect(await sizeOf(path('mobile'))).toEqual([780, 1688]);
  expect((await readdir(dir)).toSorted()).toEqual(['desktop.png', 'mobile.png']);
  expect(await leftOfChecks()).toEqual([]);
});

test('cuts a very long page, dismisses its alerts, and does not wait for what never comes', async () => {
  const body = `<script>alert('hello')</script><img src="/never.png" alt="">
    <div style="height: 50000px">long</div>`;
  await using site = await openSite({ '/': html({ title: 'Long', body }), '/never.png': () => {} });
  const dir = await newDir();

  const [desktop] = await takeScreenshots(work(site.url, dir), never);

  expect(desktop).toMatchObject({ width: 1280, height: 8000 });
  expect(await sizeOf(join(dir, 'desktop.png'))).toEqual([1280, 8000]);
});

test('tells what a page loads from elsewhere', async () => {
  await using other = await openSite({ '/a.css': 'body { color: navy }' });
  const head = `<link rel="stylesheet" href="${other.url}/a.css">`;
  await using site = await openSite({ '/': html({ title: 'Mixed', head, body: '' }) });
  const task = work(site.url, await newDir());

  await takeScreenshots(task, never);

  expect(task.notes).toContain(`The page loads from elsewhere: ${other.url} (2 requests)`);
});

test('does not show what only this machine can reach to whoever makes a page lead there', async () => {
  await using other = await openSite({ '/': html({ title: 'Inner', body: '<p>secret</p>' }) });
  const head = `<script>location = '${other.url}/'</script>`;
  await using site = await openSite({ '/': html({ title: 'Away', head, body: '' }) });
  const dir = await newDir();

  await expect(takeScreenshots(work(site.url, dir), never)).rejects.toMatchObject({
    code: 'check.failed',
    message: expect.stringContaining(`the page leads away, to ${other.url}`),
  });
  expect(await readdir(dir)).toEqual([]);
});

test('says of a page whose script never ends that it cannot be asked', async () => {
  const body = '<script>addEventListener("load", () => { for (;;); })</script>';
  await using site = await openSite({ '/': html({ title: 'Busy', body }) });

  await expect(takeScreenshots(work(site.url, await newDir()), never)).rejects.toMatchObject({
    code: 'check.failed',
    problems: [expect.stringMatching(/^The scripts of the page keep it busy/)],
  });

  expect(await leftOfChecks()).toEqual([]);
});

test('leaves no browser and no profile when it is aborted in the middle', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  await using site = await openSite({ '/': () => stop.abort(reason) });
  const dir = await newDir();

  await expect(takeScreenshots(work(site.url, dir), stop.signal)).rejects.toBe(reason);

  expect(await leftOfChecks()).toEqual([]);
  expect(await readdir(dir)).toEqual([]);
});

test('does not blame the site for a browser that does not start', async () => {
  const task = { ...work('http://127.0.0.1:9', await newDir()), browser: '/bin/false' };

  await expect(takeScreenshots(task, never)).rejects.toMatchObject({ code: 'check.broken' });
});
