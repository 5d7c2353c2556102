import { expect, test } from 'vitest';
import { FakeClock } from '../../../src/base/index.ts';
import { TestServer } from './test-server.ts';

const rates = { logins: 2, reads: 3, writes: 1 };

test('an address that tries to log in too often is told when to come back', async () => {
  const clock = new FakeClock();
  await using server = await TestServer.open({ clock, rates });
  const tryIt = async () =>
    await server.ask('POST', '/api/invitations/look', { body: { code: 'guess' } });
  await tryIt();
  await tryIt();
  const refused = await tryIt();

  expect(refused).toMatchObject({ status: 429, json: { code: 'request.too-many' } });
  expect(refused.headers['retry-after']).toBe('30');
  await clock.advance(30_000);
  expect((await tryIt()).json).toMatchObject({ code: 'invitation.not-found' });
});

test('each login has its own limit for reads, and a smaller one for changes', async () => {
  const clock = new FakeClock();
  await using server = await TestServer.open({ clock, rates });
  const one = await server.makeAdmin();
  const other = await server.makePerson('other', 'admin');
  const read = async (cookie: string) => (await server.ask('GET', '/api/me', { cookie })).status;
  const write = async (cookie: string) =>
    (await server.ask('POST', '/api/sessions', { cookie, body: {} })).status;

  expect([await read(one.cookie), await read(one.cookie), await read(one.cookie)]).toEqual([
    200, 200, 200,
  ]);
  expect(await read(one.cookie)).toBe(429);
  expect([await write(one.cookie), await write(one.cookie)]).toEqual([201, 429]);
  expect([await read(other.cookie), await write(other.cookie)]).toEqual([200, 201]);
});

test('health is never refused to this machine', async () => {
  await using server = await TestServer.open({ clock: new FakeClock(), rates });
  for (let count = 0; count < 20; count += 1) {
    expect((await server.ask('GET', '/healthz')).status).toBe(200);
  }
  const others = { 'x-forwarded-for': '203.0.113.9' };
  expect((await server.ask('GET', '/healthz', { headers: others })).status).toBe(200);
});

test('behind a proxy the limit is that of the address it tells of', async () => {
  const clock = new FakeClock();
  await using server = await TestServer.open({ clock, rates, isBehindProxy: true });
  const ask = async (address: string) =>
    (await server.ask('GET', '/api/about', { headers: { 'x-forwarded-for': address } })).status;

  for (const expected of [200, 200, 200, 429]) expect(await ask('203.0.113.9')).toBe(expected);
  expect(await ask('203.0.113.10')).toBe(200);
});
