import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { terminalProtocol } from '../../../src/contract/index.ts';
import { EventReader } from '../../support/event-reader.ts';
import { type Asked, TestServer } from './test-server.ts';

/** A client of the events that keeps what it heard. */
async function listen(server: TestServer, asked: Asked, query = '') {
  const response = await server.open('GET', `/api/events${query}`, asked);
  const reader = new EventReader();
  const heard: { name: string; data: Record<string, unknown>; id: string }[] = [];
  const client = { status: response.statusCode, heard, hasEnded: false, text: '' };
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    client.text += text;
    for (const { name, data, lastEventId: id } of reader.read(text)) {
      heard.push({ name, data: JSON.parse(data), id });
    }
  });
  response.on('error', () => {});
  response.on('close', () => (client.hasEnded = true));
  await expect.poll(() => client.text).not.toBe('');
  return client;
}

async function untilReady(client: Awaited<ReturnType<typeof listen>>): Promise<void> {
  await expect.poll(() => client.heard.map(({ name }) => name)).toContain('ready');
}

function sessionsIn({ heard }: Awaited<ReturnType<typeof listen>>): readonly unknown[] {
  return heard.filter(({ name }) => name === 'event').map(({ data }) => data['session_id']);
}

test('each hears of their own sessions alone, an admin of all', async () => {
  await using server = await TestServer.open();
  const root = await server.makeAdmin();
  const [ann, bob] = [
    await server.makePerson('ann', 'operator'),
    await server.makePerson('bob', 'operator'),
  ];
  const clients = await Promise.all(
    [root, ann, bob].map(async ({ cookie }) => await listen(server, { cookie })),
  );
  for (const client of clients) await untilReady(client);

  const own = await server.app.createSession({ userId: ann.userId });
  const other = await server.app.createSession({ userId: bob.userId });

  const [asRoot, asAnn, asBob] = clients;
  await expect
    .poll(() => asRoot && sessionsIn(asRoot))
    .toEqual(expect.arrayContaining([own.id, other.id]));
  await expect.poll(() => asAnn && new Set(sessionsIn(asAnn))).toEqual(new Set([own.id]));
  await expect.poll(() => asBob && new Set(sessionsIn(asBob))).toEqual(new Set([other.id]));
});

test('goes on after Last-Event-ID, says a gap for a position that never was, refuses what is none', async () => {
  await using server = await TestServer.open();
  const { cookie } = await server.makeAdmin();
  const sessions = [await server.app.createSession(), await server.app.createSession()];

  const again = await listen(server, { cookie, headers: { 'last-event-id': '0' } });
  const future = await listen(server, { cookie }, '?after=999999');
  const wrong = await server.ask('GET', '/api/events', {
    cookie,
    headers: { 'last-event-id': 'x' },
  });

  await expect
    .poll(() => sessionsIn(again))
    .toEqual(expect.arrayContaining(sessions.map(({ id }) => id)));
  await expect.poll(() => future.heard[0]?.name).toBe('gap');
  expect([wrong.status, wrong.json]).toMatchObject([400, { code: 'request.invalid' }]);
});

test('ends at once when the token is revoked, by whatever process', async () => {
  await using server = await TestServer.open();
  await server.makeAdmin();
  const token = await server.makeToken('root', 'viewer');
  const client = await listen(server, { token });
  await untilReady(client);
  const { items } = await server.app.accounts.listTokens('owner');

  await server.app.accounts.revokeToken('owner', { token_id: items[0]?.token_id ?? '' });

  await expect.poll(() => client.hasEnded).toBe(true);
  expect(client.text).toContain(': the login ended');
});

test('ends when somebody is let into a session, so that they come back with the new right', async () => {
  await using server = await TestServer.open();
  await server.makeAdmin();
  const [ann, bob] = [
    await server.makePerson('ann', 'operator'),
    await server.makePerson('bob', 'operator'),
  ];
  const session = await server.app.createSession({ userId: ann.userId });
  const before = await listen(server, { cookie: bob.cookie });
  await untilReady(before);

  const body = { role: 'viewer' };
  const path = `/api/sessions/${session.id}/members/${bob.userId}`;
  const reply = await server.ask('PUT', path, { cookie: ann.cookie, body });
  expect(reply.status).toBeLessThan(300);

  await expect.poll(() => before.hasEnded).toBe(true);
  const after = await listen(server, { cookie: bob.cookie }, '?after=0');
  await expect.poll(() => sessionsIn(after)).toContain(session.id);
});

test('sends clients away with a comment when it drains, and answers no more than 20 of one user', async () => {
  await using server = await TestServer.open();
  const { cookie } = await server.makeAdmin();
  const clients = await Promise.all(
    Array.from({ length: 20 }, async () => await listen(server, { cookie })),
  );
  const tooMany = await server.ask('GET', '/api/events', { cookie });

  await server.server.drain(5_000);

  expect([tooMany.status, tooMany.json]).toMatchObject([429, { code: 'events.too-many-clients' }]);
  for (const client of clients) {
    await expect.poll(() => client.text).toContain(': the server ends; come back');
  }
});

test('opens the terminal socket with a ticket once, closes it with its login', async () => {
  await using server = await TestServer.open();
  const root = await server.makeAdmin();
  const { json } = await server.ask('POST', '/api/terminal/tickets', {
    cookie: root.cookie,
    body: {},
  });
  const { ticket } = json as { ticket: string };
  const url = `${server.url.replace('http', 'ws')}/ws/terminal?ticket=${ticket}`;
  const open = async (): Promise<WebSocket | string> =>
    await new Promise((resolve) => {
      const socket = new WebSocket(url, terminalProtocol, { origin: server.url });
      socket.on('open', () => resolve(socket));
      socket.on('error', ({ message }) => resolve(message));
    });
  const socket = await open();
  const again = await open();
  if (typeof socket === 'string') throw new Error(socket);
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));

  await server.ask('POST', '/api/logout', { cookie: root.cookie });

  expect(await closed).toBe(4401);
  expect(again).toContain('401');
});
