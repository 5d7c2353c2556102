import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import {
  type Clock,
  FakeClock,
  findProcess,
  sendSignal,
  silentLog,
  systemClock,
} from '../../../src/base/index.ts';
import { type DeployEvent, ensureSiteHost, keepSiteHost } from '../../../src/deploy/index.ts';
import { controlSocket } from '../../../src/deploy/local/host-settings.ts';
import { Child } from '../../../src/deploy/local/child.ts';
import { Program } from '../../../src/deploy/local/program.ts';
import { SiteHost } from '../../../src/deploy/local/site-host.ts';
import { readSiteLog, SiteLog } from '../../../src/deploy/local/site-log.ts';
import { findLeftovers } from '../../../tools/leftovers.ts';
import { LocalSites } from '../../support/local-sites.ts';

const { signal } = new AbortController();
const run = { command: ['node', 'server.js'], healthPath: '/' };
const server = `
  require('node:http').createServer((request, response) => {
    if (request.url === '/die') process.exit(1);
    response.end('program');
  }).listen(process.env.PORT, '127.0.0.1');`;

let sites: LocalSites;
afterEach(async () => {
  await sites[Symbol.asyncDispose]();
});

async function text(url: string): Promise<string> {
  return await (await fetch(url, { headers: { connection: 'close' } })).text();
}

async function end(name: NodeJS.Signals): Promise<void> {
  const host = await findProcess(await sites.hostPid());
  sendSignal(host?.pid ?? 0, name);
  await expect.poll(async () => await findProcess(host?.pid ?? 0)).not.toEqual(host);
}

async function programs(): Promise<number> {
  const found = await findLeftovers(sites.dir);
  return found.filter(({ about }) => /^\S*node server\.js/.test(about)).length;
}

test('where there is no sandbox that is said, and what a killed host leaves is ended', async () => {
  // The program is found beside the Node.js that runs us.
  sites = await LocalSites.open({ environment: { PATH: '/nonexistent' } });
  const spec = sites.spec('ses_1', { type: 'dynamic', run });
  const release = await sites.release('ses_1', { 'server.js': server }, false);
  const { url, details } = await sites.apply(spec, release);
  expect(details['sandbox']).toMatch(/^none: /);
  await end('SIGKILL');
  expect(await programs()).toBe(1);
  await ensureSiteHost(sites.settings, signal);

  await expect.poll(async () => await text(url)).toBe('program');
  expect(await programs()).toBe(1);
});

test('a host that is told to end ends its programs, and leaves no socket behind', async () => {
  sites = await LocalSites.open();
  const spec = sites.spec('ses_1', { type: 'dynamic', run });
  await sites.apply(spec, await sites.release('ses_1', { 'server.js': server }, false));
  await end('SIGTERM');

  expect(await programs()).toBe(0);
  expect(await readdir(sites.dir)).not.toContain('sites.sock');
});

test('two who start the host at once get the same one', async () => {
  sites = await LocalSites.open();
  const apply = async (id: string) =>
    await sites.apply(sites.spec(id), await sites.release(id, { 'index.html': id }));
  const all = await Promise.all(['ses_1', 'ses_2', 'ses_3', 'ses_4'].map(apply));

  expect(await Promise.all(all.map(async ({ url }) => await text(url)))).toEqual([
    'ses_1',
    'ses_2',
    'ses_3',
    'ses_4',
  ]);
});

test('a port that somebody took is told, and the site comes back when it is free', async () => {
  sites = await LocalSites.open();
  const release = await sites.release('ses_1', { 'index.html': 'page' });
  const { url } = await sites.apply(sites.spec('ses_1'), release);
  await end('SIGTERM');
  const squatter = createServer((_request, response) => response.end('squatter'));
  squatter.listen(Number(new URL(url).port), '127.0.0.1');
  await once(squatter, 'listening');

  const { state, reason } = await sites.status('ses_1');
  expect([state, reason]).toEqual(['broken', expect.stringContaining('Another program has port')]);
  const next = await sites.release('ses_1', { 'index.html': 'next' });
  await expect(sites.apply(sites.spec('ses_1'), next)).rejects.toMatchObject({
    code: 'deploy.port-taken',
  });
  squatter.close();
  squatter.closeAllConnections();
  await expect.poll(async () => (await sites.status('ses_1')).state).toBe('live');
  expect(await text(url)).toBe('page');
});

test('a site whose state was damaged does not keep the others from being served', async () => {
  sites = await LocalSites.open();
  const bad = join(sites.settings.dataDir, 'sites/ses_1/local.json');
  await sites.apply(sites.spec('ses_1'), await sites.release('ses_1', { 'index.html': 'one' }));
  const { url } = await sites.apply(
    sites.spec('ses_2'),
    await sites.release('ses_2', { 'index.html': 'two' }),
  );
  await end('SIGKILL');
  await writeFile(bad, '{');
  await ensureSiteHost(sites.settings, signal);

  expect(await text(url)).toBe('two');
  await expect(sites.status('ses_1')).rejects.toMatchObject({ code: 'deploy.bad-state' });
  await sites.destroy('ses_1');
  expect((await sites.status('ses_1')).state).toBe('absent');
});

test('whoever keeps the host has it started again when it is killed, and leaves it running', async () => {
  sites = await LocalSites.open();
  const release = await sites.release('ses_1', { 'index.html': 'page' });
  const { url } = await sites.apply(sites.spec('ses_1'), release);
  {
    await using _keeper = keepSiteHost(sites.settings);
    await end('SIGKILL');
    await expect.poll(async () => await text(url).catch(() => 'away')).toBe('page');
  }

  expect(await text(url)).toBe('page');
});

test('without sites no host is started', async () => {
  sites = await LocalSites.open();
  await ensureSiteHost(sites.settings, signal);

  expect(await readdir(sites.dir)).toEqual([]);
});

test('a host whose process ends at once is told with its reason', async () => {
  sites = await LocalSites.open();
  await using broken = await LocalSites.open({
    runtimeDir: join(sites.dir, 'no', 'such', 'directory'),
  });
  const release = await broken.release('ses_1', { 'index.html': 'x' });

  await expect(broken.apply(broken.spec('ses_1'), release)).rejects.toMatchObject({
    code: 'deploy.no-host',
  });
});

test('a host that hangs is told as such, and nobody waits for it for ever', async () => {
  const clock = new FakeClock();
  sites = await LocalSites.open({ clock });
  const release = await sites.release('ses_1', { 'index.html': 'x' });
  const silent = createServer();
  silent.listen(controlSocket(sites.settings));
  const asked = once(silent, 'request');
  const applying = sites.apply(sites.spec('ses_1'), release);
  const refused = expect(applying).rejects.toMatchObject({
    code: 'deploy.no-host',
    message: expect.stringContaining('no answer in 30000 ms'),
  });
  await asked;
  await clock.advance(30_000);

  await refused;
  silent.closeAllConnections();
  silent.close();
  await once(silent, 'close');
});

test('an apply that is aborted leaves no program and no site', async () => {
  sites = await LocalSites.open();
  const stop = new AbortController();
  const never = await sites.release('ses_1', { 'server.js': 'setInterval(() => {}, 1e3)' }, false);
  const plan = sites.deployer.plan(sites.spec('ses_1', { type: 'dynamic', run }));
  const applying = sites.deployer.apply(
    plan,
    never,
    ({ kind }) => {
      if (kind === 'app.starting') stop.abort(new Error('enough'));
    },
    stop.signal,
  );

  await expect(applying).rejects.toThrow('enough');
  await expect.poll(programs).toBe(0);
  expect((await sites.status('ses_1')).state).toBe('absent');
});

test('a deployment whose state cannot be written leaves no program', async () => {
  sites = await LocalSites.open();
  await mkdir(join(sites.settings.dataDir, 'sites/ses_1/local.json/full'), { recursive: true });
  const release = await sites.release('ses_1', { 'server.js': server }, false);
  const applying = sites.apply(sites.spec('ses_1', { type: 'dynamic', run }), release);

  await expect(applying).rejects.toMatchObject({ code: 'deploy.failed' });
  expect(await programs()).toBe(0);
});

test('what is live is not deployed again, also by a host that took it up', async () => {
  sites = await LocalSites.open();
  const release = await sites.release('ses_1', { 'index.html': 'page' });
  await sites.apply(sites.spec('ses_1'), release);
  await end('SIGKILL');
  const events: DeployEvent[] = [];
  await sites.apply(sites.spec('ses_1'), release, events);

  expect(events).toEqual([]);
});

test('a host that ends in the middle of a deployment serves nothing afterwards', async () => {
  sites = await LocalSites.open();
  const { id } = await sites.release('ses_1', { 'index.html': 'page' });
  const { settings } = sites;
  const host = await SiteHost.open({ ...settings, startLimitMs: 1_000 });
  const wish = { session_id: 'ses_1', name: 'a', tags: {}, type: 'static', run: null } as const;
  const applying = host.apply({ action: 'apply', ...wish, release_id: id }, () => {}, signal);
  await host[Symbol.asyncDispose]();
  const { port } = await applying;

  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
});

test('a program that dies again and again is started with growing pauses, and then left alone', async () => {
  sites = await LocalSites.open();
  const { dir: siteDir } = await sites.release('ses_1', { 'server.js': 'process.exit(9)' }, false);
  const pauses: number[] = [];
  // Pauses between two looks at something are short.
  const clock: Clock = {
    ...systemClock,
    after: async (ms, stop) => {
      if (ms < 500) await systemClock.after(ms, stop);
      else pauses.push(ms);
    },
  };
  const { PATH: path = '' } = sites.settings.environment;
  const program = new Program({
    run,
    siteDir,
    dataDir: sites.dir,
    sandbox: { kind: 'none', reason: 'not wanted' },
    environment: { PATH: path },
    mark: sites.dir,
    startLimitMs: 60_000,
    siteLog: new SiteLog(join(sites.dir, 'site.log'), clock),
    clock,
    ids: sites.settings.ids,
    log: silentLog,
    onStart: async () => {},
  });

  await expect(program.untilHealthy(signal)).rejects.toMatchObject({ code: 'deploy.unhealthy' });
  await expect.poll(() => program.isGivenUp).toBe(true);
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(program.problem).toBe(
    'The program of the site exited with code 9. It ended 10 times in a row: it stays so until it is deployed again.',
  );
  await program.close({ isDrained: false });
});

test('the log of a site is kept within two files, and read from its end', async () => {
  sites = await LocalSites.open();
  const dir = await mkdtemp(join(tmpdir(), 'log-'));
  const path = join(dir, 'site.log');
  const log = new SiteLog(path, systemClock);
  const line = `${'x'.repeat(9_999)}\n`;
  for (let n = 0; n < 350; n += 1) await log.write(Buffer.from(line));
  await log.note('last');

  const sizes = await Promise.all([path, `${path}.1`].map(async (one) => (await stat(one)).size));
  for (const size of sizes) expect(size).toBeLessThanOrEqual(2 ** 20);
  expect(await readdir(dir)).toHaveLength(2);
  const lines = await readSiteLog(path, 200);
  expect(lines).toHaveLength(Math.min(200, lines.length));
  expect(lines.at(-1)).toContain('last');
  expect((await readFile(path, 'utf8')).length).toBe(sizes[0]);
  await rm(dir, { recursive: true });
});

test('a program goes on when what it prints cannot be kept, and is kept again later', async () => {
  sites = await LocalSites.open();
  const dir = join(sites.dir, 'gone');
  const siteLog = new SiteLog(join(dir, 'site.log'), systemClock);
  const { PATH: path = '' } = sites.settings.environment;
  const program = `
    const { existsSync } = require('node:fs');
    setInterval(() => {
      const isLast = existsSync('${dir}');
      console.log('a line');
      if (isLast) process.exit(7);
    }, 5);`;
  const child = new Child({
    command: {
      file: process.execPath,
      args: ['-e', program],
      cwd: sites.dir,
      environment: { PATH: path },
    },
    environment: {},
    mark: sites.dir,
    siteLog,
    clock: systemClock,
  });
  const tries = vi.spyOn(siteLog, 'write');
  await expect.poll(() => tries.mock.calls.length).toBeGreaterThan(3);
  await siteLog.note('this is lost');
  await mkdir(dir);

  expect(await child.ended).toBe('exited with code 7');
  await expect.poll(async () => await readSiteLog(join(dir, 'site.log'), 10)).toContain('a line');
});
