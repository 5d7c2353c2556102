import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { expect, test } from 'vitest';
import { openApp } from '../../../src/app/index.ts';
import { silentLog } from '../../../src/base/index.ts';
import { loadTls, startServer } from '../../../src/server/index.ts';
import { optionsFor, TestServer } from './test-server.ts';

const certPath = new URL('test-cert.pem', import.meta.url).pathname;
const keyPath = new URL('test-key.pem', import.meta.url).pathname;

test('a port that is taken is told by code', async () => {
  await using server = await TestServer.open();
  const { port } = server.server;

  await expect(startServer(server.app, optionsFor({ port }))).rejects.toMatchObject({
    code: 'server.port-taken',
  });
  expect((await server.ask('GET', '/healthz')).status).toBe(200);
});

test('an address of another machine is told by code', async () => {
  await using app = await openApp({ log: silentLog });

  await expect(startServer(app, optionsFor({ host: '192.0.2.1' }))).rejects.toMatchObject({
    code: 'server.cannot-listen',
  });
});

test('speaks TLS, and then gives cookies for TLS alone', async () => {
  await using server = await TestServer.open({ tls: await loadTls(certPath, keyPath) });
  await server.makeAdmin();
  const body = { name: 'root', password: 'nine lives of a cat' };
  const reply = await server.ask('POST', '/api/login', { body, headers: { origin: server.url } });

  expect(server.url).toMatch(/^https:/);
  expect(reply.status).toBe(200);
  expect(reply.headers['set-cookie']?.[0]).toMatch(/; Secure$/);
});

test('behind a proxy it is known by the proxy’s name, and gives cookies for TLS alone', async () => {
  const origin = 'https://agents.example.org';
  await using server = await TestServer.open({ isBehindProxy: true, origins: [origin] });
  await server.makeAdmin();
  const body = { name: 'root', password: 'nine lives of a cat' };
  const headers = { host: 'agents.example.org', origin };
  const reply = await server.ask('POST', '/api/login', { body, headers });

  expect(reply.status).toBe(200);
  expect(reply.headers['set-cookie']?.[0]).toMatch(/; Secure$/);
});

test('a certificate that is none, or with another key, is told by code', async () => {
  const expected = { code: 'server.bad-tls' };

  await expect(loadTls(keyPath, keyPath)).rejects.toMatchObject(expected);
  await expect(loadTls('/nonexistent', keyPath)).rejects.toMatchObject(expected);
  expect((await readFile(certPath, 'utf8')).startsWith('-----BEGIN CERTIFICATE')).toBe(true);
});

test('a server that stops sends streams away, finishes requests and takes no new ones', async () => {
  await using server = await TestServer.open();
  const { cookie } = await server.makeAdmin();
  const session = await server.app.createSession();
  const events = await server.open('GET', '/api/events', { cookie });
  const heard = text(events);
  const path = `/api/sessions/${session.id}/uploads/slow.txt`;
  const slow = slowUpload(server, path, cookie);
  await slow.begun;
  const drained = server.server.drain(600_000);

  expect(await heard).toContain('retry:');
  const knock = async (): Promise<string> =>
    await fetch(`${server.url}/healthz`).then(
      () => 'opened',
      () => 'closed',
    );
  await expect.poll(knock).toBe('closed');
  slow.finish();
  expect(await slow.status).toBe(201);
  await drained;
});

test.each([{ tls: undefined }, { tls: await loadTls(certPath, keyPath) }])(
  'a server that stops does not wait for connections on which nothing was asked',
  async ({ tls }) => {
    await using server = await TestServer.open({ tls });
    const place = { port: server.server.port, host: '127.0.0.1', rejectUnauthorized: false };
    const open = () => (tls === undefined ? connect(place) : connectTls(place));
    const [begun, silent] = [open(), open()];
    const event = tls === undefined ? 'connect' : 'secureConnect';
    await Promise.all([once(begun, event), once(silent, event)]);
    begun.write('GET /healthz HT');
    for (const socket of [begun, silent]) socket.on('error', () => {}).resume();
    expect((await server.ask('GET', '/healthz')).status).toBe(200);

    const closed = Promise.all([once(begun, 'close'), once(silent, 'close')]);
    await server.server.drain(Infinity);
    await closed;
  },
);

test('a server that stops waits for nobody longer than its limit', async () => {
  await using server = await TestServer.open();
  const { cookie } = await server.makeAdmin();
  const session = await server.app.createSession();
  const slow = slowUpload(server, `/api/sessions/${session.id}/uploads/slow.txt`, cookie);
  const failed = expect(slow.status).rejects.toThrow();
  await slow.begun;
  await server.server.drain(10);

  await failed;
});

/** An upload that the server has begun to read, and that goes on when it is told to. */
function slowUpload(server: TestServer, path: string, cookie: string) {
  const begun = Promise.withResolvers<void>();
  const upload = request(`${server.url}${path}`, {
    method: 'PUT',
    agent: false,
    headers: { cookie: `tbl=${cookie}`, origin: server.url, expect: '100-continue' },
  });
  // The server says so once it has read the head.
  upload.once('continue', () => {
    upload.write('first');
    begun.resolve();
  });
  upload.flushHeaders();
  const status = once(upload, 'response').then(([response]) => {
    response.resume();
    return Number(response.statusCode);
  });
  return { begun: begun.promise, status, finish: () => upload.end('second') };
}
