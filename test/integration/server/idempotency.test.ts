import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomIds, systemClock } from '../../../src/base/index.ts';
import { openStore } from '../../../src/store/index.ts';
import { type Person, type Reply, TestServer } from './test-server.ts';

const never = new AbortController().signal;
let server: TestServer;
let admin: Person;
let sessionId: string;

beforeAll(async () => {
  server = await TestServer.open();
  admin = await server.makeAdmin();
  sessionId = (await server.app.createSession({ userId: admin.userId })).id;
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function add(key: string, prompt: string, cookie = admin.cookie): Promise<Reply> {
  const headers = { 'idempotency-key': key };
  const body = { session_id: sessionId, agent: 'demo', prompt };
  return await server.ask('POST', '/api/jobs', { cookie, headers, body });
}

test('a request with a key is done once, and answered alike again', async () => {
  const [first, second] = [await add('a', 'hello'), await add('a', 'hello')];

  expect([first.status, second.status]).toEqual([201, 200]);
  expect(second.json).toEqual(first.json);
});

test('two at the same time are one', async () => {
  const replies = await Promise.all([1, 2, 3].map(async () => await add('same', 'hello')));

  expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 201]);
  expect(new Set(replies.map(({ json }) => (json as { job_id: string }).job_id)).size).toBe(1);
});

test('a key that was used for something else is refused, and nothing is done', async () => {
  await add('b', 'one');
  const reply = await add('b', 'another');

  expect(reply).toMatchObject({ status: 422, json: { code: 'request.key-reused' } });
  const { items } = await server.app.listJobs({ limit: 100 });
  expect(items.filter(({ title }) => title === 'another')).toEqual([]);
});

test('keys of different users are different', async () => {
  const other = await server.makePerson('other', 'admin');
  const [own, theirs] = [await add('c', 'hello'), await add('c', 'hello', other.cookie)];

  expect([own.status, theirs.status]).toEqual([201, 201]);
});

test('what failed is done anew', async () => {
  const headers = { 'idempotency-key': 'd' };
  const ask = async (agent: string): Promise<Reply> =>
    await server.ask('POST', '/api/jobs', {
      cookie: admin.cookie,
      headers,
      body: { session_id: sessionId, agent, prompt: 'x' },
    });

  expect((await ask('no-such-agent')).status).toBeGreaterThanOrEqual(400);
  expect((await ask('demo')).status).toBe(201);
});

test('sessions are made once by a key, also by requests at the same time', async () => {
  const ask = async (): Promise<Reply> =>
    await server.ask('POST', '/api/sessions', {
      cookie: admin.cookie,
      headers: { 'idempotency-key': 'at-once' },
      body: {},
    });
  const replies = await Promise.all([ask(), ask(), ask()]);

  const statuses = replies.map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([200, 200, 201]);
  expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
});

test('sessions are made once by a key, too', async () => {
  const ask = async (): Promise<Reply> =>
    await server.ask('POST', '/api/sessions', {
      cookie: admin.cookie,
      headers: { 'idempotency-key': 's' },
      body: { name: 'once' },
    });
  const [first, second] = [await ask(), await ask()];

  expect([first.status, second.status]).toEqual([201, 200]);
  expect(second.json).toEqual(first.json);
});

test.each([
  { path: '/api/jobs', body: () => ({ session_id: sessionId, agent: 'demo', prompt: 'hello' }) },
  { path: '/api/sessions/:session/chat', body: () => ({ text: 'hello' }) },
])('$path is done once also when the server died before it noted its reply', async (asked) => {
  const ask = async (): Promise<Reply> =>
    await server.ask('POST', asked.path.replace(':session', sessionId), {
      cookie: admin.cookie,
      headers: { 'idempotency-key': asked.path },
      body: asked.body(),
    });
  const first = await ask();
  const path = join(server.dataDir, 'tmux-builder.db');
  const tools = { clock: systemClock, ids: randomIds(systemClock) };
  await using store = await openStore({ path, ...tools }, never);
  await store.write(async (sql) => await sql.run('DELETE FROM idempotent_requests', []), never);

  expect(first.json).toHaveProperty('job_id');
  expect((await ask()).json).toEqual(first.json);
});

test('a key is refused where the reply is a secret, or is no key', async () => {
  const headers = { 'idempotency-key': 'k' };
  const body = { name: 'n', role: 'viewer' };
  const token = await server.ask('POST', '/api/me/tokens', { cookie: admin.cookie, headers, body });

  expect(token).toMatchObject({ status: 400, json: { code: 'request.invalid' } });
  expect((await add('k'.repeat(201), 'x')).status).toBe(400);
  expect((await add('two words', 'x')).status).toBe(400);
});

test('a token for one session gets no reply that tells of another', async () => {
  const all = await server.makeToken('root', 'admin');
  const one = await server.makeToken('root', 'admin', sessionId);
  const headers = { 'idempotency-key': 'bulk' };
  const job = await server.app.addJob({ agent: 'demo', prompt: 'elsewhere' });
  const body = { job_ids: [job.id] };
  const asked = { headers, body };
  const first = await server.ask('POST', '/api/jobs/cancel', { ...asked, token: all });

  const second = await server.ask('POST', '/api/jobs/cancel', { ...asked, token: one });

  expect(first.text).toContain(`"done":["${job.id}"]`);
  expect(second).toMatchObject({ status: 422, json: { code: 'request.key-reused' } });
});
