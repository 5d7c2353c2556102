import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { problemView, type Route, routes } from '../../../src/contract/index.ts';
import { StandInSites, writeSite } from './stand-in-sites.ts';
import { keptLog, type Person, type Reply, TestServer } from './test-server.ts';

const { log, lines } = keptLog();
let server: TestServer;
let admin: Person;
/** What exists, so that a refusal is about the shape. */
let ids: Readonly<Record<string, string>>;

beforeAll(async () => {
  server = await TestServer.open({ log });
  admin = await server.makeAdmin();
  const session = await server.app.createSession({ userId: admin.userId });
  const job = await server.app.addJob({ session: session.id, agent: 'demo', prompt: 'hello' });
  await writeSite(server, session.id, 'exe_1');
  StandInSites.in(server.app, session.id);
  ids = {
    session_id: session.id,
    job_id: job.id,
    agent_id: session.id,
    execution_id: 'exe_1',
    step: 'deploy',
    name: 'file.txt',
    user_id: admin.userId,
    attempt: '1',
  };
});

afterEach(async () => {
  expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  expect((await server.ask('GET', '/healthz')).json).toEqual({ status: 'ok' });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const table = Object.entries<Route>(routes);
const withBody = table.filter(
  ([, { method, bodyKind }]) => bodyKind === 'json' && method !== 'GET' && method !== 'DELETE',
);

test.each(table)('%s refuses a query key that it does not know', async (_name, route) => {
  const reply = await ask(route, { query: '?strange=1' });

  // A question that exists is not at hand here: that one ends before its shape is looked at.
  expectProblem(
    reply,
    route.path.includes(':question_id') ? 'job.no-such-question' : 'request.invalid',
  );
});

test.each(table.filter(([, { path }]) => path.includes(':')))(
  '%s refuses odd path parameters',
  async (_name, route) => {
    for (const odd of ['%00', '%27%20OR%201=1', '..%2f..%2fetc', 'a'.repeat(900), '%F0%9F%98%80']) {
      const path = route.path.replaceAll(/:\w+/g, odd);
      const reply = await server.ask(route.method, path, { cookie: admin.cookie });
      expect([400, 404]).toContain(reply.status);
      problemView.parse(reply.json);
    }
  },
);

test.each(withBody)('%s refuses a body that is no JSON', async (_name, route) => {
  for (const raw of ['{', 'null x', '\u00ff', new Uint8Array([0x22, 0xff, 0x22])]) {
    const headers = { 'content-type': 'application/json' };
    const reply = await ask(route, { raw, headers });
    expectProblem(reply, code(route, 'request.not-json'));
  }
});

test.each(withBody)('%s refuses a body of another type', async (_name, route) => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const reply = await ask(route, { raw: 'a=1', headers: { 'content-type': type } });
    expectProblem(reply, code(route, 'request.wrong-type'));
  }
});

test.each(withBody)('%s refuses a body that is too large', async (_name, route) => {
  const raw = JSON.stringify({ text: 'x'.repeat(route.bodyLimit) });
  const headers = { 'content-type': 'application/json' };
  const reply = await ask(route, { raw, headers });

  expectProblem(reply, code(route, 'request.too-large'));
});

test.each(withBody)('%s refuses whatever else comes as its body', async (_name, route) => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (body) => {
      fc.pre(!route.body.safeParse(body).success);
      expectProblem(await ask(route, { body }), code(route, 'request.invalid'));
    }),
    { numRuns: 15 },
  );
});

test.each(table)('%s is at its path for no other method', async (_name, route) => {
  const others = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'].filter(
    (method) => !table.some(([, one]) => one.method === method && sameShape(one.path, route.path)),
  );
  for (const method of others) {
    const path = fill(route.path);
    const reply = await server.ask(method, path, { cookie: admin.cookie });
    expectProblem(reply, 'request.wrong-method');
    expect(reply.headers['allow']).toContain(route.method);
  }
});

test('an upload that is too large is refused, told beforehand or not', async () => {
  const path = fill(routes.uploadFile.path);
  const limit = routes.uploadFile.bodyLimit;
  const raw = new Uint8Array(limit + 1);
  const told = await server.ask('PUT', path, {
    cookie: admin.cookie,
    headers: { 'content-length': String(raw.length) },
    raw,
  });
  const untold = await server.ask('PUT', path, {
    cookie: admin.cookie,
    headers: { 'transfer-encoding': 'chunked' },
    raw,
  });

  expectProblem(told, 'request.too-large');
  expectProblem(untold, 'request.too-large');
  const files = await server.app.listFiles(ids['session_id'] ?? '', 'uploads');
  expect(files.items).toEqual([]);
});

test('an upload whose client goes away leaves nothing, and is no fault of ours', async () => {
  const kept = keptLog();
  await using own = await TestServer.open({ log: kept.log });
  const { cookie } = await own.makeAdmin();
  const { id, dir } = await own.app.createSession({ userId: 'ann' });
  const upload = request(`${own.url}/api/sessions/${id}/uploads/a`, {
    method: 'PUT',
    headers: { cookie: `tbl=${cookie}`, origin: own.url, 'content-length': '100' },
  });
  upload.on('error', () => {});
  upload.write('half');
  await expect.poll(() => readdirSync(join(dir, 'uploads'))).toHaveLength(1);
  upload.destroy();

  const ended = () =>
    kept.lines.find((line) => line['text'] === 'request' && line['route'] === 'uploadFile');
  await expect.poll(ended).toMatchObject({ isWhole: false });
  await expect.poll(() => readdirSync(join(dir, 'uploads'))).toEqual([]);
  const metrics = await own.ask('GET', '/metrics', { cookie });
  expect(metrics.text).not.toContain('internal.fault');
  expect(kept.lines.filter(({ level }) => level === 'error')).toEqual([]);
});

test('a path that does not exist is told by code', async () => {
  for (const path of ['/api', '/api/nothing', '/api/jobs/a/b/c/d', '/ws/nothing']) {
    expectProblem(await server.ask('GET', path), 'request.no-route');
  }
  expectProblem(await server.ask('POST', '/api/nothing', { body: {} }), 'request.no-route');
});

test.each(['/api/%', '/api/jobs/%zz', '/%'])('the path %s is refused', async (path) => {
  const reply = await server.ask('GET', path, { cookie: admin.cookie });

  expect([400, 404]).toContain(reply.status);
  problemView.parse(reply.json);
});

test.each([
  ['400 Bad Request', 'nonsense\r\n\r\n', 'request.invalid'],
  [
    '431 Request Header Fields Too Large',
    `GET / HTTP/1.1\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`,
    'request.headers-too-large',
  ],
])('what is no HTTP is answered, logged and counted too: %s', async (status, sent, expected) => {
  const counted = `tmux_builder_http_refusals_total{code="${expected}"} `;
  const count = async (): Promise<number> => {
    const metrics = await server.ask('GET', '/metrics', { cookie: admin.cookie });
    return Number(metrics.text.split(counted)[1]?.split('\n')[0] ?? 0);
  };
  const before = await count();
  const socket = connect(server.server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(sent);
  const answer = await text(socket);

  expect(answer).toContain(`HTTP/1.1 ${status}\r\n`);
  const problem = problemView.parse(JSON.parse(answer.split('\r\n\r\n')[1] ?? ''));
  expect(problem.code).toBe(expected);
  const line = lines.find(({ requestId }) => requestId === problem.request_id);
  expect(line).toMatchObject({ level: 'info', code: expected, address: '127.0.0.1' });
  expect(await count()).toBe(before + 1);
});

test('each refusal is in the log by its code', async () => {
  const reply = await server.ask('GET', '/api/jobs?strange=1', { cookie: admin.cookie });
  const { request_id: requestId } = problemView.parse(reply.json);

  await expect
    .poll(() => lines.find((line) => line['requestId'] === requestId))
    .toMatchObject({ level: 'info', code: 'request.invalid', status: 400, route: 'listJobs' });
});

interface Input {
  readonly query?: string;
  readonly body?: unknown;
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask({ method, path, access }: Route, input: Input): Promise<Reply> {
  const { query = '', ...rest } = input;
  // Without a login where that is the rule: none is needed, and the limit is by address.
  const cookie = access.kind === 'public' ? undefined : admin.cookie;
  return await server.ask(method, `${fill(path)}${query}`, { cookie, ...rest });
}

function fill(path: string): string {
  return path.replaceAll(/:(\w+)/g, (_all, name: string) => ids[name] ?? 'x');
}

function sameShape(one: string, other: string): boolean {
  const shape = (path: string): string => path.replaceAll(/:\w+/g, ':');
  return shape(one) === shape(other);
}

/** The rights of a question come first, and there is none. */
function code({ path }: Route, usual: string): string {
  return path.includes(':question_id') ? 'job.no-such-question' : usual;
}

function expectProblem(reply: Reply, expected: string): void {
  const problem = problemView.parse(reply.json);
  expect(problem.code, reply.text).toBe(expected);
  expect(reply.status).toBe(problem.status);
  expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8');
}
