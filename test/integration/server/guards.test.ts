import { afterAll, beforeAll, expect, test } from 'vitest';
import { meView, type ProblemView, problemView } from '../../../src/contract/index.ts';
import { PASSWORD, type Person, type Reply, TestServer } from './test-server.ts';

let server: TestServer;
let admin: Person;

beforeAll(async () => {
  server = await TestServer.open();
  admin = await server.makeAdmin();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

test('a request for another name is not ours to answer', async () => {
  for (const host of ['evil.example', `evil.example:${server.server.port}`, 'localhost:1']) {
    for (const path of ['/healthz', '/api/me', '/', '/api/docs', '/api/openapi.json']) {
      const reply = await server.ask('GET', path, { cookie: admin.cookie, headers: { host } });
      expect(problemOf(reply)).toMatchObject({ status: 421, code: 'request.wrong-host' });
    }
  }
});

test('a page of somewhere else changes nothing with the cookie of who is logged in', async () => {
  const { cookie } = admin;
  const body = { name: 'stolen' };
  for (const headers of [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: `http://localhost:${server.server.port}` },
    { origin: '', 'sec-fetch-site': 'cross-site' },
  ]) {
    const reply = await server.ask('POST', '/api/sessions', { cookie, headers, body });
    expect(problemOf(reply)).toMatchObject({ status: 403, code: 'request.wrong-origin' });
  }
  const listed = await server.ask('GET', '/api/sessions', { cookie });
  expect(listed.text).not.toContain('stolen');
});

test('a page of somewhere else logs nobody in', async () => {
  const reply = await server.ask('POST', '/api/login', {
    headers: { origin: 'http://evil.example' },
    body: { name: 'root', password: PASSWORD },
  });

  expect(problemOf(reply).code).toBe('request.wrong-origin');
});

test('a token needs no origin, and stands for no page', async () => {
  const token = await server.makeToken('root', 'operator');
  const reply = await server.ask('POST', '/api/sessions', { token, body: { name: 'by token' } });

  expect(reply.status).toBe(201);
});

test('a login gives a cookie that works until it is logged out', async () => {
  const reply = await server.ask('POST', '/api/login', {
    body: { name: 'root', password: PASSWORD },
    headers: { 'user-agent': 'a browser' },
  });
  const [set = ''] = reply.headers['set-cookie'] ?? [];
  const cookie = /^tbl=([^;]+);/.exec(set)?.[1];

  expect(reply.status).toBe(200);
  expect(set).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d{4,}$/);
  expect(meView.parse((await server.ask('GET', '/api/me', { cookie })).json)).toMatchObject({
    user: { name: 'root' },
    role: 'admin',
    via: 'login',
  });

  const out = await server.ask('POST', '/api/logout', { cookie });
  expect(out).toMatchObject({ status: 204, text: '' });
  expect(out.headers['set-cookie']?.[0]).toContain('Max-Age=0');
  expect((await server.ask('GET', '/api/me', { cookie })).status).toBe(401);
});

test('a wrong password and a wrong name are told apart by nothing', async () => {
  const wrong = async (name: string): Promise<ProblemView> => {
    const body = { name, password: 'something else' };
    return problemOf(await server.ask('POST', '/api/login', { body }));
  };
  const [one, other] = [await wrong('root'), await wrong('nobody')];

  expect(one.code).toBe('auth.wrong-login');
  expect({ ...one, request_id: '' }).toEqual({ ...other, request_id: '' });
});

test('what is done is in the audit log, with who did it, to what, and from where', async () => {
  const { cookie } = admin;
  const made = await server.ask('POST', '/api/sessions', { cookie, body: { name: 'noted' } });
  const { session_id: id } = made.json as { session_id: string };
  await server.ask('POST', `/api/sessions/${id}/archive`, { cookie });
  const audit = await server.ask('GET', `/api/audit?subject=${id}`, { cookie });

  expect(audit.json).toMatchObject({
    items: [
      {
        action: 'session.archive',
        subject: id,
        user_id: admin.userId,
        user_name: 'root',
        address: '127.0.0.1',
      },
    ],
  });
  const check = await server.ask('POST', '/api/audit/verify', { cookie });
  expect(check.json).toMatchObject({ is_whole: true });
});

test('somebody who loses their rights is nobody at once', async () => {
  const { cookie, userId } = await server.makePerson('short', 'operator');
  expect((await server.ask('GET', '/api/me', { cookie })).status).toBe(200);
  const body = { is_disabled: true };
  const path = `/api/users/${userId}`;
  expect((await server.ask('PATCH', path, { cookie: admin.cookie, body })).status).toBe(200);

  expect((await server.ask('GET', '/api/me', { cookie })).status).toBe(401);
});

test('an operator queues no job where they may not, and none outside of a session', async () => {
  const { cookie } = await server.makePerson('op', 'operator');
  const foreign = await server.app.createSession({ userId: admin.userId });
  const add = async (body: object): Promise<Reply> =>
    await server.ask('POST', '/api/jobs', { cookie, body: { prompt: 'hello', ...body } });

  expect(problemOf(await add({ session_id: foreign.id })).code).toBe('session.not-found');
  expect(problemOf(await add({})).code).toBe('auth.forbidden');
  const own = (await server.ask('POST', '/api/sessions', { cookie, body: {} })).json;
  const { session_id: id } = own as { session_id: string };
  expect(problemOf(await add({ session_id: id, directory: '/' })).code).toBe('auth.forbidden');
  expect((await add({ session_id: id, agent: 'demo' })).status).toBe(201);
});

function problemOf({ json, text }: Reply): ProblemView {
  const { data } = problemView.safeParse(json);
  if (data === undefined) throw new Error(`no problem: ${text}`);
  return data;
}
