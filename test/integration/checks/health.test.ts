import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import { checkHealth, type HealthReport } from '../../../src/checks/index.ts';
import { openSite } from './small-site.ts';

const never = new AbortController().signal;
const clock = systemClock;
const quick = { clock, deadlineMs: 400, tryLimitMs: 150 };

function reasonsOf({ tries }: HealthReport): readonly unknown[] {
  return [...new Set(tries.map(({ reason }) => reason))];
}

test('finds a site healthy that answers 200, at the path that is asked for', async () => {
  await using site = await openSite({ '/ready': 'yes' });

  const report = await checkHealth({ url: site.url, path: '/ready', clock }, never);

  expect(report).toEqual({
    isHealthy: true,
    url: `${site.url}/ready`,
    tries: [{ at: expect.any(Number), status: 200, reason: undefined }],
  });
});

test('tries again until a site that begins with 502 is healthy, and keeps why', async () => {
  let asked = 0;
  await using site = await openSite({
    '/': (_request, response) => {
      asked += 1;
      response.writeHead(asked < 4 ? 502 : 200).end('x');
    },
  });

  const { isHealthy, tries } = await checkHealth({ url: site.url, clock }, never);

  expect(isHealthy).toBe(true);
  expect(tries.map(({ status, reason }) => [status, reason])).toEqual([
    [502, 'answered 502'],
    [502, 'answered 502'],
    [502, 'answered 502'],
    [200, undefined],
  ]);
});

test('gives a server that never answers up after its limits', async () => {
  await using site = await openSite({ '/': () => {} });

  const report = await checkHealth({ url: site.url, ...quick }, never);

  expect(report.isHealthy).toBe(false);
  expect(report.tries[0]).toMatchObject({ status: undefined, reason: 'took longer than 0.15 s' });
});

test('gives up an answer whose body never ends', async () => {
  await using site = await openSite({
    '/': (_request, response) => void response.writeHead(200).write('begun'),
  });

  const report = await checkHealth({ url: site.url, ...quick }, never);

  expect(report.tries[0]).toMatchObject({ reason: 'took longer than 0.15 s' });
});

test('reads no more than a part of an answer without an end', async () => {
  await using site = await openSite({
    '/': (_request, response) => {
      const more = (): void => void (response.write('x'.repeat(100_000)) ? setImmediate(more) : 0);
      response.on('drain', more);
      more();
    },
  });

  const { isHealthy } = await checkHealth({ url: site.url, clock }, never);

  expect(isHealthy).toBe(true);
});

test('follows redirects of the site itself, and not for ever', async () => {
  await using site = await openSite({
    '/': (_request, response) => response.writeHead(302, { location: '/home' }).end(),
    '/home': 'here',
    '/loop': (_request, response) => response.writeHead(302, { location: '/loop' }).end(),
  });

  const home = await checkHealth({ url: site.url, clock }, never);
  const loop = await checkHealth({ url: site.url, path: '/loop', ...quick }, never);

  expect(home.isHealthy).toBe(true);
  expect(reasonsOf(loop)).toEqual(['redirected more than 5 times']);
});

test('does not follow a redirect to another site', async () => {
  let visited = 0;
  await using other = await openSite({
    '/': (_request, response) => {
      visited += 1;
      response.end('other');
    },
  });
  await using site = await openSite({
    '/': (_request, response) => response.writeHead(301, { location: `${other.url}/` }).end(),
  });

  const report = await checkHealth({ url: site.url, ...quick }, never);

  expect(reasonsOf(report)).toEqual([`redirected away, to ${other.url}`]);
  expect(visited).toBe(0);
});

test('tells a closed port from a server that speaks no HTTP and one that hangs up', async () => {
  const server = createServer(
    (socket) =>
      void socket
        .on('error', () => {})
        .resume()
        .end('hello\n'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  await using cutting = await openSite({ '/': (request) => void request.socket.destroy() });

  const strange = await checkHealth({ url, ...quick }, never);
  const cut = await checkHealth({ url: cutting.url, ...quick }, never);
  server.close();
  await once(server, 'close');
  const closed = await checkHealth({ url, ...quick }, never);

  expect(strange.tries[0]?.reason).toMatch(/^no HTTP answer/);
  expect(cut.tries[0]?.reason).toBe('the connection was cut');
  expect(reasonsOf(closed)).toEqual(['connection refused']);
});

test('ends at once when it is aborted', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  await using site = await openSite({ '/': () => stop.abort(reason) });

  await expect(checkHealth({ url: site.url, clock }, stop.signal)).rejects.toBe(reason);
});
