import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { runSiteTests, type SiteTest } from '../../../src/checks/index.ts';
import { openDemo, walk } from '../../support/demo-site.ts';
import { openLoopbackServer } from '../../support/loopback-server.ts';
import { work } from '../checks/small-site.ts';

const never = new AbortController().signal;
const everyKind =
  'red site called "Everything" with portfolio, gallery, blog, shop, menu, services, team, events, faq, about us, guestbook and contact. Mail to ada@example.com';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/** The files of a directory, as a host of static sites serves them. */
async function openStatic(dir: string) {
  return await openLoopbackServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const file = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
    const found = await readFile(join(dir, file)).catch(() => undefined);
    const type = types[found === undefined ? '.html' : extname(file)] ?? 'text/plain';
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': type });
    response.end(found ?? (await readFile(join(dir, '404.html'))));
  });
}

/** The program of a dynamic site, on a free port. */
async function openProgram(dir: string, dataDir: string) {
  const child = spawn(process.execPath, ['server.js'], {
    cwd: dir,
    env: { PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [line] = await once(createInterface(child.stdout), 'line');
  const port = /port (?<port>\d+)$/.exec(String(line))?.groups?.['port'] ?? '';
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    },
  };
}

async function problemsOf(url: string, dir: string, tests: readonly SiteTest[]) {
  const { results } = await runSiteTests({ ...work(url, dir), tests }, never);
  expect(results.filter(({ source }) => source === 'plan')).toHaveLength(tests.length);
  return results.flatMap(({ name, problem }) => (problem === undefined ? [] : [name, problem]));
}

test.for([[`A dark ${everyKind}`], ['A light orange bakery, with contact']])(
  'a static site of the demo agent passes every check in a browser: %s',
  async ([request = '']) => {
    await using demo = await openDemo(request, 'static');
    const tests = await walk(demo);
    await using served = await openStatic(demo.source);

    expect(await problemsOf(served.url, join(demo.sessionDir, 'checks'), tests)).toEqual([]);
  },
);

test('a dynamic site of the demo agent passes every check in a browser', async () => {
  await using demo = await openDemo(`A ${everyKind}`, 'dynamic');
  const tests = await walk(demo);
  await using served = await openProgram(demo.source, join(demo.sessionDir, 'data'));

  expect(await problemsOf(served.url, join(demo.sessionDir, 'checks'), tests)).toEqual([]);
});

test('the program of a dynamic site keeps what visitors wrote, bounded and escaped', async () => {
  await using demo = await openDemo(`A ${everyKind}`, 'dynamic');
  await walk(demo);
  const dataDir = join(demo.sessionDir, 'data');
  const entry = { name: '<b>Eve', message: '$& "quoted"' };
  {
    await using served = await openProgram(demo.source, dataDir);
    const post = async (path: string, body: BodyInit, type?: string): Promise<number> => {
      const headers = type === undefined ? {} : { 'content-type': type };
      const init = { method: 'POST', body, headers, redirect: 'manual' } as const;
      return (await fetch(new URL(path, served.url), init)).status;
    };
    expect(await post('/guestbook', new URLSearchParams(entry))).toBe(303);
    expect(await post('/api/entries', JSON.stringify(entry), 'application/json')).toBe(201);
    expect(await post('/guestbook', new URLSearchParams({ name: 'Eve' }))).toBe(400);
    expect(await post('/api/entries', '{', 'application/json')).toBe(400);
    expect(await post('/guestbook', 'x'.repeat(20_000))).toBe(413);
    expect(await post('/elsewhere', '')).toBe(405);
    expect((await fetch(`${served.url}/..%2fserver.js`)).status).toBe(404);
    expect((await fetch(`${served.url}/nothing`)).status).toBe(404);
    expect((await fetch(`${served.url}/health`)).status).toBe(200);
  }

  await using again = await openProgram(demo.source, dataDir);

  expect(await (await fetch(`${again.url}/api/entries`)).json()).toEqual([entry, entry]);
  expect(await (await fetch(`${again.url}/guestbook`)).text()).toContain(
    '<li><strong>&#60;b&#62;Eve</strong>: $&#38; &#34;quoted&#34;</li>',
  );
});
