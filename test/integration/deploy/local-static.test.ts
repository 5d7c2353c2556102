import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exists } from '../../../src/base/index.ts';
import { LocalSites } from '../../support/local-sites.ts';

let sites: LocalSites;
beforeEach(async () => {
  sites = await LocalSites.open();
});
afterEach(async () => {
  await sites[Symbol.asyncDispose]();
});

const page = '<!doctype html><title>x</title>';

async function deploy(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const release = await sites.release('ses_1', { 'index.html': page, ...files });
  return (await sites.apply(sites.spec('ses_1'), release)).url;
}

/** Send a request target as it is written, which fetch would tidy. */
async function raw(
  url: string,
  target: string,
  headers = {},
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  const asked = request({ hostname, port, path: target, headers, agent: false });
  asked.end();
  const [response] = await once(asked, 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, body };
}

test('serves files with their types, and tells browsers to ask again', async () => {
  const url = await deploy({ 'app.css': 'body{}', 'a/app.js': 'x', 'image.SVG': '<svg/>' });

  const types = async (path: string) => (await fetch(url + path)).headers.get('content-type');
  expect(await types('')).toBe('text/html; charset=utf-8');
  expect(await types('app.css')).toBe('text/css; charset=utf-8');
  expect(await types('a/app.js')).toBe('text/javascript; charset=utf-8');
  expect(await types('image.SVG')).toBe('image/svg+xml; charset=utf-8');
  const { headers } = await fetch(url);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-cache');
});

test('answers 304 to who has the file already, and the file to who has another', async () => {
  const url = await deploy({});
  const etag = (await fetch(url)).headers.get('etag') ?? '';

  expect((await fetch(url, { headers: { 'if-none-match': `"x", W/${etag}` } })).status).toBe(304);
  expect((await fetch(url, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
});

test('finds pages by directory and without their ending, and has a page for what is missing', async () => {
  const url = await deploy({
    'about.html': 'about',
    'docs/index.html': 'docs',
    '404.html': 'lost',
  });

  const get = async (path: string) => {
    const response = await fetch(url + path, { redirect: 'manual' });
    return [response.status, response.headers.get('location') ?? (await response.text())];
  };
  expect(await get('about')).toEqual([200, 'about']);
  expect(await get('docs/')).toEqual([200, 'docs']);
  expect(await get('docs?a=1?b')).toEqual([301, '/docs/?a=1?b']);
  expect(await get('nothing')).toEqual([404, 'lost']);
  expect(await get('docs/nothing/')).toEqual([404, 'lost']);
});

test('lists no directories and shows no dotfiles', async () => {
  const url = await deploy({ 'a/b.txt': 'x' });

  expect((await fetch(`${url}a/`)).status).toBe(404);
  expect((await fetch(`${url}a`)).status).toBe(404);
  expect((await fetch(`${url}.env`)).status).toBe(404);
});

test('serves parts of a file', async () => {
  const url = await deploy({ 'film.mp4': '0123456789' });
  const part = async (range: string, more = {}) => {
    const response = await fetch(`${url}film.mp4`, { headers: { range, ...more } });
    return [response.status, response.headers.get('content-range'), await response.text()];
  };

  expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
  expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
  expect(await part('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
  expect((await part('bytes=10-'))[0]).toBe(416);
  expect((await part('bytes=0-1', { 'if-range': '"other"' }))[0]).toBe(200);
});

test('answers HEAD without a body and refuses what would change something', async () => {
  const url = await deploy({});

  const head = await fetch(url, { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe(String(page.length));
  expect(await head.text()).toBe('');
  const post = await fetch(url, { method: 'POST', body: 'x' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('is not reached by a name that others may point here', async () => {
  const url = await deploy({});

  expect((await raw(url, '/', { host: 'evil.example' })).status).toBe(421);
  expect((await raw(url, '/', { host: '127.0.0.1.evil.example' })).status).toBe(421);
  expect((await raw(url, '/', { host: `localhost:${new URL(url).port}` })).status).toBe(200);
});

test('no spelling of a target leads out of the release', async () => {
  const url = await deploy({ 'a/b.txt': 'inside' });
  const parts = fc.constantFrom(
    '..',
    '.',
    '%2e%2e',
    '%2E.',
    '..%2f',
    '%5c',
    '\\',
    '/',
    '//',
    '%00',
    'a',
    'manifest.json',
    'etc/passwd',
    'local.json',
    'files',
    '%',
    '%ff',
    ';',
    '?',
    '#',
    '....//',
    '%252e%252e',
  );
  const known = [page, 'inside'];

  await fc.assert(
    fc.asyncProperty(fc.array(parts, { minLength: 1, maxLength: 8 }), async (found) => {
      const { status, body } = await raw(url, `/${found.join('/')}`);
      expect([200, 301, 404]).toContain(status);
      if (status === 200) expect(known).toContain(body);
      expect(body).not.toContain('root:');
    }),
    { numRuns: 300 },
  );
});

test('garbage instead of HTTP ends that connection and nothing else', async () => {
  const url = await deploy({});
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end('\0\0garbage\r\n\r\n');
  socket.resume();
  await once(socket, 'close');

  expect((await fetch(url)).status).toBe(200);
});

test('deploying the same release twice is deploying it once', async () => {
  const release = await sites.release('ses_1', { 'index.html': page });
  const first = await sites.apply(sites.spec('ses_1'), release);
  const second = await sites.apply(sites.spec('ses_1'), release);

  expect(first.changed).toBeUndefined();
  expect(second).toEqual({ ...first, changed: { added: 0, changed: 0, removed: 0 } });
});

test('a request sees one release, also while releases are switched under many', async () => {
  const make = async (name: string) =>
    await sites.release('ses_1', { 'index.html': name.repeat(50_000) });
  const one = await make('1');
  const two = await make('2');
  const { url } = await sites.apply(sites.spec('ses_1'), one);
  const bodies: string[] = [];
  const reading = Array.from({ length: 200 }, async () => {
    const response = await fetch(url);
    expect(response.status).toBe(200);
    bodies.push(await response.text());
  });
  const { changed } = await sites.apply(sites.spec('ses_1'), two);
  await Promise.all(reading);

  expect(bodies).toHaveLength(200);
  for (const body of bodies) expect(body).toBe((body[0] ?? '').repeat(50_000));
  expect(changed).toEqual({ added: 0, changed: 1, removed: 0 });
  expect((await fetch(url).then(async (r) => await r.text()))[0]).toBe('2');
  await sites.deployer.rollback(
    sites.deployer.plan(sites.spec('ses_1')),
    one,
    () => {},
    new AbortController().signal,
  );
  expect((await fetch(url).then(async (r) => await r.text()))[0]).toBe('1');
});

test('each site has a port of its own, which nobody else gets', async () => {
  const one = await deploy({});
  const other = await sites.release('ses_2', { 'index.html': 'other' });
  const { url } = await sites.apply(sites.spec('ses_2'), other);

  expect(url).not.toBe(one);
  expect(await fetch(url).then(async (response) => await response.text())).toBe('other');
  const found = await sites.deployer.list(new AbortController().signal);
  expect(found.map(({ state, tags }) => [state, tags['SessionID']])).toEqual([
    ['live', 'ses_1'],
    ['live', 'ses_2'],
  ]);
});

test('a destroyed site is gone with all that was kept of it, and may be destroyed again', async () => {
  const url = await deploy({});
  await sites.destroy('ses_1');
  await sites.destroy('ses_1');

  await expect(fetch(url)).rejects.toThrow();
  expect(await exists(join(sites.settings.dataDir, 'sites', 'ses_1'))).toBe(false);
  expect((await sites.status('ses_1')).state).toBe('absent');
});

test('the site host ends when it has no sites', async () => {
  await deploy({});
  await sites.destroy('ses_1');

  await expect.poll(async () => await sites.hostPid().catch(() => 'gone')).toBe('gone');
});

test('the site host ends when its data directory is removed', async () => {
  await deploy({});
  await rm(sites.settings.dataDir, { recursive: true });

  await expect.poll(async () => await sites.hostPid().catch(() => 'gone')).toBe('gone');
});

test('only its owner can open the socket and the state', async () => {
  await deploy({});
  const state = await readFile(join(sites.settings.dataDir, 'sites/ses_1/local.json'), 'utf8');

  expect(JSON.parse(state)).toMatchObject({ session_id: 'ses_1', type: 'static', state: 'live' });
  const { stat } = await import('node:fs/promises');
  expect((await stat(join(sites.dir, 'sites.sock'))).mode & 0o777).toBe(0o600);
});

test('a spec with a region is refused before anything is made', () => {
  expect(() => sites.deployer.plan(sites.spec('ses_1', { region: 'us-east-1' }))).toThrow(
    expect.objectContaining({ code: 'deploy.bad-spec' }),
  );
});
