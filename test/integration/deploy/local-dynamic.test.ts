import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { DeployEvent, SiteSpec } from '../../../src/deploy/index.ts';
import { findSandbox } from '../../../src/deploy/local/sandbox.ts';
import { LocalSites } from '../../support/local-sites.ts';

const sandbox = await findSandbox(process.env['PATH'] ?? '');

let sites: LocalSites;
beforeEach(async () => {
  sites = await LocalSites.open({ startLimitMs: 20_000 });
});
afterEach(async () => {
  await sites[Symbol.asyncDispose]();
});

const run = { command: ['node', 'server.js'], healthPath: '/health' };

/** A program whose `answer(request, response)` is this; `name` is what `/name` shows. */
function program(name: string, answer = ''): Record<string, string> {
  return {
    'package.json': '{"type":"module"}',
    'server.js': `
      import * as fs from 'node:fs';
      import { createServer } from 'node:http';
      const server = createServer((request, response) => {
        if (request.url === '/health') return response.end('ok');
        if (request.url === '/name') return response.end(${JSON.stringify(name)});
        ${answer}
        response.writeHead(404).end();
      });
      server.listen(Number(process.env.PORT), process.env.HOST);
      console.log('${name} listens');
    `,
  };
}

function spec(sessionId = 'ses_1'): SiteSpec {
  return sites.spec(sessionId, { type: 'dynamic', run });
}

async function deploy(
  files: Readonly<Record<string, string>>,
  { sessionId = 'ses_1', events = [] as DeployEvent[] } = {},
): Promise<string> {
  const release = await sites.release(sessionId, files, false);
  return (await sites.apply(spec(sessionId), release, events)).url;
}

async function text(url: string): Promise<string> {
  return await (await fetch(url)).text();
}

test('a program is shown once it is healthy, and says whether it is in a sandbox', async () => {
  const release = await sites.release('ses_1', program('one'), false);
  const events: DeployEvent[] = [];
  const { url, details } = await sites.apply(spec(), release, events);

  expect(await text(`${url}name`)).toBe('one');
  expect(events.map(({ kind }) => kind)).toEqual([
    'site.port',
    'app.starting',
    'app.healthy',
    'site.switched',
  ]);
  expect(details['sandbox']).toMatch(sandbox.kind === 'none' ? /^none: / : /^bubblewrap$/);
  expect(await sites.logs('ses_1')).toContain('one listens');
  expect(await sites.status('ses_1')).toMatchObject({ state: 'live', url, releaseId: release.id });
});

test('a program knows its port and its data, and none of our variables', async () => {
  const show = `if (request.url === '/env') return response.end(JSON.stringify(process.env));`;
  const url = await deploy(program('one', show));

  const environment = JSON.parse(await text(`${url}env`));
  expect(Object.keys(environment).toSorted()).toEqual(
    expect.arrayContaining(['DATA_DIR', 'HOST', 'NODE_ENV', 'PATH', 'PORT']),
  );
  expect(environment).not.toHaveProperty('HOME');
  expect(environment).not.toHaveProperty('TMUX_BUILDER_DATA_DIR');
});

test('a new release takes over without a failed request, and the old program ends', async () => {
  const pid = `if (request.url === '/pid') return response.end(String(process.pid));`;
  const url = await deploy(program('one', pid));
  const names: string[] = [];
  const over = new AbortController();
  const reading = Array.from({ length: 4 }, async () => {
    while (!over.signal.aborted) names.push(await text(`${url}name`));
  });
  const events: DeployEvent[] = [];
  await deploy(program('two', pid), { events });
  over.abort();
  await Promise.all(reading);

  expect(names.filter((name) => name !== 'one' && name !== 'two')).toEqual([]);
  expect(await text(`${url}name`)).toBe('two');
  expect(events.at(-1)?.kind).toBe('app.ended');
});

test('a release that ends at once is told with its output, and the one before stays', async () => {
  const url = await deploy(program('one'));
  const bad = { ...program('two'), 'server.js': 'console.error("no database"); process.exit(7);' };

  await expect(deploy(bad)).rejects.toMatchObject({
    code: 'deploy.unhealthy',
    message: expect.stringMatching(/exited with code 7[^]*no database/),
  });
  expect(await text(`${url}name`)).toBe('one');
  expect((await sites.status('ses_1')).state).toBe('live');
});

test('a release that never gets healthy is given up after the limit', async () => {
  await using hasty = await LocalSites.open({ startLimitMs: 1_000 });
  const bad = { ...program('x'), 'server.js': 'setInterval(() => {}, 1000);' };
  const release = await hasty.release('ses_1', bad, false);

  await expect(hasty.apply(spec(), release)).rejects.toMatchObject({
    code: 'deploy.unhealthy',
    message: expect.stringContaining('did not answer /health within 1000 ms'),
  });
  expect((await hasty.status('ses_1')).state).toBe('absent');
});

test('a health answer that never ends is left once its status is known', async () => {
  const url = await deploy({
    'server.js': `
      let left = 0;
      require('node:http').createServer((request, response) => {
        if (request.url !== '/health') return response.end(String(left));
        response.once('close', () => { left += 1; });
        setInterval(() => response.write('and so on'), 50);
      }).listen(process.env.PORT, '127.0.0.1');`,
  });

  await expect.poll(async () => await text(url)).toBe('1');
});

test('a program that cannot be found is told as such', async () => {
  const release = await sites.release('ses_1', program('x'), false);
  const wrong = { ...spec(), run: { ...run, command: ['no-such-program-anywhere'] } };

  await expect(sites.apply(wrong, release)).rejects.toMatchObject({
    code: 'deploy.unhealthy',
    message: expect.stringContaining('no-such-program-anywhere'),
  });
});

test('a program that dies is started again', async () => {
  const die = `if (request.url === '/die') { response.end(); process.exit(1); }`;
  const url = await deploy(program('one', die));
  await fetch(`${url}die`).catch(() => {});

  await expect.poll(async () => await text(`${url}name`)).toBe('one');
  expect(await sites.logs('ses_1')).toContain('exited with code 1');
});

test('what a program keeps in its data directory is there in the next release', async () => {
  const keep = `
    const file = process.env.DATA_DIR + '/kept.txt';
    if (request.url === '/write') { fs.writeFileSync(file, 'kept'); return response.end(); }
    if (request.url === '/read') return response.end(fs.readFileSync(file));`;
  const url = await deploy(program('one', keep));
  await fetch(`${url}write`);
  await deploy(program('two', keep));

  expect(await text(`${url}read`)).toBe('kept');
});

test('bodies are streamed both ways, also large ones', async () => {
  const url = await deploy(
    program('one', `if (request.url === '/echo') return request.pipe(response);`),
  );
  const body = Buffer.alloc(20_000_000, 'x');

  const response = await fetch(`${url}echo`, { method: 'POST', body });
  expect((await response.arrayBuffer()).byteLength).toBe(body.length);
});

test('WebSockets reach the program', async () => {
  const url = await deploy({
    ...program('one'),
    'server.js': `${program('one')['server.js']}
      import { createHash } from 'node:crypto';
      server.on('upgrade', (request, socket) => {
        const accept = createHash('sha1')
          .update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
          .digest('base64');
        socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\n' +
          'Connection: Upgrade\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n');
        socket.write(Buffer.from([0x81, 2, 0x68, 0x69]));
      });`,
  });
  const socket = new WebSocket(`${url.replace('http', 'ws')}live`);
  const [message] = await once(socket, 'message');

  expect(String(message)).toBe('hi');
  socket.terminate();
});

test("the dashboard's cookie does not reach a program, and a program cannot set it", async () => {
  const show = `if (request.url === '/cookie') {
    response.setHeader('set-cookie', ['tbl=stolen', 'own=1']);
    return response.end(String(request.headers.cookie));
  }`;
  const url = await deploy(program('one', show));
  const response = await fetch(`${url}cookie`, { headers: { cookie: 'a=1; tbl=secret; b=2' } });

  expect(await response.text()).toBe('a=1; b=2');
  expect(response.headers.getSetCookie()).toEqual(['own=1']);
});

test('a destroyed site ends its program and gives its port back', async () => {
  const url = await deploy(program('one'));
  await sites.destroy('ses_1');

  const server = createServer().listen(Number(new URL(url).port), '127.0.0.1');
  await once(server, 'listening');
  server.close();
});

test('a program reads nothing but the system and its own', async ({ skip }) => {
  if (sandbox.kind === 'none') skip(sandbox.reason);
  const secret = join(sites.settings.dataDir, 'secret.txt');
  const look = `
      if (request.url.startsWith('/look?')) {
        const [path] = request.url.slice(6).split('&').map(decodeURIComponent);
        try { return response.end(fs.statSync(path).isDirectory() ? fs.readdirSync(path).join() : fs.readFileSync(path)); }
        catch (error) { return response.end(error.code); }
      }
      if (request.url === '/spoil') {
        try { fs.writeFileSync('server.js', 'x'); } catch (error) { return response.end(error.code); }
      }`;
  const other = await sites.release('ses_2', program('other'), false);
  await sites.apply(spec('ses_2'), other);
  const url = await deploy(program('one', look));
  await writeFile(secret, 'secret');
  const see = async (path: string) => await text(`${url}look?${encodeURIComponent(path)}`);

  for (const path of [
    secret,
    sites.settings.dataDir,
    other.dir,
    '/root',
    '/home',
    '/etc/shadow',
    '/etc/ssl/private',
    sites.dir,
  ]) {
    expect(await see(path)).toBe('ENOENT');
  }
  const processes = (await see('/proc')).split(',').filter((name) => /^\d+$/.test(name));
  expect(processes.length).toBeLessThan(10);
  expect(await text(`${url}spoil`)).toMatch(/EROFS|EACCES/);
  expect(await readFile(join(other.dir, 'server.js'), 'utf8')).toContain('other');
});

test('an upload that is left in the middle ends only itself', async () => {
  const url = await deploy(
    program('one', `if (request.url === '/up') { request.resume(); return; }`),
  );
  const { port } = new URL(url);
  const asked = request({ port, host: '127.0.0.1', path: '/up', method: 'POST' });
  asked.on('error', () => {});
  asked.write('x');
  await once(asked, 'socket');
  asked.destroy();

  expect(await text(`${url}name`)).toBe('one');
});

test('requests that are no HTTP, or barely, end no more than themselves', async () => {
  const url = await deploy(program('one'));
  const pid = await sites.hostPid();
  const part = fc.oneof(
    fc.constantFrom(
      'GET',
      'CONNECT',
      'OPTIONS',
      '/',
      '*',
      ' ',
      '\r\n',
      ':',
      'HTTP/1.1',
      '\0',
      '\xff',
    ),
    fc.constantFrom('Host: 127.0.0.1\r\n', 'Upgrade: x\r\nConnection: upgrade\r\n', '\r\n\r\n'),
    fc.constantFrom('Transfer-Encoding: chunked\r\n', 'Content-Length: 5\r\n', 'a: \x80\x01\r\n'),
    fc.string({ maxLength: 5 }),
  );
  const start = fc.constantFrom(
    '',
    'GET /name HTTP/1.1\r\nHost: localhost\r\n',
    'POST /\xe9?\xff HTTP/1.1\r\nHost: localhost\r\n',
  );
  await fc.assert(
    fc.asyncProperty(start, fc.array(part, { maxLength: 12 }), async (first, parts) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.end(`${first}${parts.join('')}\r\n\r\n`, 'latin1');
      socket.resume();
      socket.setTimeout(1_000, () => socket.destroy());
      await once(socket, 'close');
    }),
    { numRuns: 300 },
  );

  expect(await sites.hostPid()).toBe(pid);
  expect(await text(`${url}name`)).toBe('one');
});
