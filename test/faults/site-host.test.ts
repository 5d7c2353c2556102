import { afterEach, beforeEach, expect, test } from 'vitest';
import { endProcesses, findProcess, sendSignal, systemClock } from '../../src/base/index.ts';
import { findLeftovers } from '../../tools/leftovers.ts';
import { LocalSites } from '../support/local-sites.ts';

const { signal } = new AbortController();
const ROUNDS = 25;

let sites: LocalSites;
beforeEach(async () => {
  sites = await LocalSites.open();
});
afterEach(async () => {
  await sites[Symbol.asyncDispose]();
});

async function text(url: string): Promise<string> {
  // A connection that was kept belongs to a host that is dead.
  return await (await fetch(url, { headers: { connection: 'close' } })).text();
}

async function killHost(): Promise<void> {
  const pid = await sites.hostPid().catch(() => undefined);
  if (pid === undefined) return;
  const host = await findProcess(pid);
  sendSignal(pid, 'SIGKILL');
  if (host !== undefined) {
    await endProcesses([host], { clock: systemClock, graceMs: 0 }, signal);
  }
}

function program(name: string): Record<string, string> {
  return {
    'package.json': '{"type":"module"}',
    'server.js': `
      import { createServer } from 'node:http';
      createServer((request, response) => response.end('${name}')).listen(process.env.PORT, '127.0.0.1');`,
  };
}

test('a site host that is killed at any moment leaves every site at its address, whole', async () => {
  const page = (name: string) => ({ 'index.html': name.repeat(10_000) });
  const pages = [await sites.release('ses_1', page('a')), await sites.release('ses_1', page('b'))];
  const programs = [
    await sites.release('ses_2', program('c'), false),
    await sites.release('ses_2', program('d'), false),
  ];
  const dynamic = sites.spec('ses_2', {
    type: 'dynamic',
    run: { command: ['node', 'server.js'], healthPath: '/' },
  });
  const { url } = await sites.apply(sites.spec('ses_1'), pages[0] as never);
  const app = await sites.apply(dynamic, programs[0] as never);
  const names = ['a', 'b'];

  for (let round = 1; round <= ROUNDS; round += 1) {
    const next = round % 2;
    const both = Promise.all([
      sites.apply(sites.spec('ses_1'), pages[next] as never),
      sites.apply(dynamic, programs[next] as never),
    ]);
    await systemClock.after((round * 37) % 600, signal);
    await killHost();
    // Whoever asked goes on with the next host, and gets the same addresses.
    const [again, appAgain] = await both;
    await sites.status('ses_1');
    expect([again.url, appAgain.url]).toEqual([url, app.url]);
    expect(await text(url)).toBe((names[next] ?? '').repeat(10_000));
    await expect.poll(async () => await text(app.url)).toBe(['c', 'd'][next]);
  }

  // Of 25 hosts' programs one is left: that of the release that is live.
  const left = await findLeftovers(sites.dir);
  const running = left.filter(({ about }) => /^\S*node server\.js/.test(about));
  expect(running).toHaveLength(1);
});

test('a site host that was killed is there again with the next look at a site', async () => {
  const { url } = await sites.apply(
    sites.spec('ses_1'),
    await sites.release('ses_1', { 'index.html': 'page' }),
  );
  await killHost();
  await expect(fetch(url)).rejects.toThrow();

  expect((await sites.status('ses_1')).state).toBe('live');
  expect(await text(url)).toBe('page');
});

test('a destruction that was killed in its midst is finished by the next host', async () => {
  for (let round = 1; round <= 10; round += 1) {
    const id = `ses_${round}`;
    await sites.apply(sites.spec(id), await sites.release(id, { 'index.html': 'page' }));
    const gone = sites.destroy(id);
    await systemClock.after((round * 7) % 40, signal);
    await killHost();
    await gone;
    expect((await sites.status(id)).state).toBe('absent');
  }
});
