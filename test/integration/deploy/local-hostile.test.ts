import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request, type RequestOptions } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ensureSiteHost, stopSiteHost } from '../../../src/deploy/index.ts';
import { findSandbox } from '../../../src/deploy/local/sandbox.ts';
import { LocalSites } from '../../support/local-sites.ts';

const { signal } = new AbortController();

let sites: LocalSites;
afterEach(async () => {
  await sites[Symbol.asyncDispose]();
});

/** Answers `/` well, and everything else with what Node would refuse to write. */
const senseless = `
  const answers = {
    '/reason': '200 a\\x01b\\r\\ncontent-length: 0',
    '/status': '099 x\\r\\ncontent-length: 0',
    '/upgrade': '101 x\\r\\nconnection: upgrade\\r\\nupgrade: x',
  };
  require('node:net').createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (asked) => {
      const path = String(asked).split(' ')[1];
      socket.write('HTTP/1.1 ' + (answers[path] ?? '200 OK\\r\\ncontent-length: 0') + '\\r\\n\\r\\n');
    });
  }).listen(process.env.PORT, '127.0.0.1');`;

test('a program that answers what is no HTTP ends neither its host nor the other sites', async () => {
  sites = await LocalSites.open();
  const run = { command: ['node', 'server.js'], healthPath: '/' };
  const spec = sites.spec('ses_1', { type: 'dynamic', run });
  const { url } = await sites.apply(
    spec,
    await sites.release('ses_1', { 'server.js': senseless }, false),
  );
  const host = await sites.hostPid();

  const answers = ['reason', 'status', 'upgrade'].map(
    async (path) => (await fetch(`${url}${path}`)).status,
  );
  expect(await Promise.all(answers)).toEqual([200, 502, 502]);
  expect(await sites.hostPid()).toBe(host);
});

/** Whoever writes there decides what the kernel runs as root, outside of every box. */
const kernel = `
  let said = 'written';
  try { require('node:fs').openSync('/proc/sys/kernel/core_pattern', 'a'); }
  catch (error) { said = error.code; }
  require('node:http').createServer((_request, response) => response.end(said))
    .listen(process.env.PORT, '127.0.0.1');`;

test('a program changes no setting of the kernel, also where we are root', async ({ skip }) => {
  const sandbox = await findSandbox(process.env['PATH'] ?? '');
  sites = await LocalSites.open();
  if (sandbox.kind === 'none') skip(sandbox.reason);
  const run = { command: ['node', 'server.js'], healthPath: '/' };
  const spec = sites.spec('ses_1', { type: 'dynamic', run });
  const release = await sites.release('ses_1', { 'server.js': kernel }, false);
  const { url } = await sites.apply(spec, release);

  expect(await (await fetch(url)).text()).toMatch(/EROFS|EACCES/);
});

const counting = `
  const asked = [];
  require('node:http').createServer((request, response) => {
    if (request.url === '/asked') return response.end(JSON.stringify(asked));
    asked.push(request.method + ' ' + request.url);
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => response.end(body));
  }).listen(process.env.PORT, '127.0.0.1');`;

test('the body of a request never becomes another request to the program', async () => {
  sites = await LocalSites.open();
  const run = { command: ['node', 'server.js'], healthPath: '/asked' };
  const spec = sites.spec('ses_1', { type: 'dynamic', run });
  const release = await sites.release('ses_1', { 'server.js': counting }, false);
  const { url } = await sites.apply(spec, release);
  const body = 'GET /hidden HTTP/1.1\r\nhost: stranger.example\r\n\r\n';
  const framings = [
    { 'transfer-encoding': 'chunked' },
    { connection: 'content-length', 'content-length': String(body.length) },
  ];

  for (const method of ['GET', 'DELETE', 'POST']) {
    for (const headers of framings) {
      expect(await send(`${url}${method}`, { method, headers, agent: false }, body)).toBe(body);
    }
  }
  expect(JSON.parse(await (await fetch(`${url}asked`)).text())).toEqual(
    ['GET', 'DELETE', 'POST'].flatMap((method) => [`${method} /${method}`, `${method} /${method}`]),
  );
});

test('a state that speaks of another site removes nothing of that one', async () => {
  sites = await LocalSites.open();
  const apply = async (id: string) =>
    await sites.apply(sites.spec(id), await sites.release(id, { 'index.html': id }));
  await apply('ses_1');
  const { url } = await apply('ses_2');
  await stopSiteHost(sites.settings, signal);
  const path = join(sites.settings.dataDir, 'sites/ses_1/local.json');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('ses_1', 'ses_2').replace('"live"', '"destroying"'));
  await ensureSiteHost(sites.settings, signal);

  expect(await (await fetch(url)).text()).toBe('ses_2');
  expect((await sites.status('ses_2')).state).toBe('live');
  await expect(sites.status('ses_1')).rejects.toMatchObject({ code: 'deploy.bad-state' });
});

async function send(url: string, options: RequestOptions, body: string): Promise<string> {
  const asked = request(url, options);
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return (await response.toArray()).join('');
}
