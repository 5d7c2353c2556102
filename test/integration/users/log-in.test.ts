import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Passwords } from '../../../src/users/index.ts';
import { Bench, codeIn, password, refusal } from './bench.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

async function fail(name: string, address = '10.0.0.1'): Promise<string | undefined> {
  return await refusal(bench.accounts.logIn({ name, password: 'a wrong one', address }));
}

async function row(table: string) {
  const { signal } = new AbortController();
  const query = `SELECT * FROM ${table}`;
  return (await bench.store.read(async (sql) => await sql.all(query), signal))[0];
}

test('the first admin gets in by a link that is good until it is used', async () => {
  const path = await bench.accounts.firstAdminLink();
  const code = codeIn(path ?? '');
  await bench.clock.advance(400 * DAY_MS);
  const seen = await bench.accounts.lookAtInvitation({ code });
  const { me, secret } = await bench.accounts.acceptInvitation({ code, name: 'Ann', password });

  expect(path).toMatch(/^\/invitation#tbi_/);
  expect(seen).toEqual({ name: 'admin', role: 'admin', is_first: true });
  expect(me).toMatchObject({ user: { name: 'ann', role: 'admin' }, role: 'admin', via: 'login' });
  expect(await bench.accounts.authenticate({ kind: 'login', secret })).toMatchObject({
    name: 'ann',
    role: 'admin',
  });
  expect(await bench.accounts.firstAdminLink()).toBeUndefined();
  expect(await refusal(bench.accounts.acceptInvitation({ code, password }))).toBe(
    'invitation.not-found',
  );
});

test('each start makes the link of the first admin anew, and voids the one before', async () => {
  const first = codeIn((await bench.accounts.firstAdminLink()) ?? '');
  const second = codeIn((await bench.accounts.firstAdminLink()) ?? '');

  expect(second).not.toBe(first);
  expect(await refusal(bench.accounts.lookAtInvitation({ code: first }))).toBe(
    'invitation.not-found',
  );
  expect(await bench.accounts.lookAtInvitation({ code: second })).toMatchObject({ is_first: true });
});

test('an invitation is good for a day, and once, however many come at the same time', async () => {
  const invite = async (name: string) => {
    const made = await bench.accounts.createUser('owner', { name, role: 'viewer' });
    return codeIn(made.invitation_path);
  };
  const [once, late] = [await invite('bob'), await invite('eve')];

  const all = await Promise.all(
    [1, 2, 3].map(
      async (n) =>
        await refusal(
          bench.accounts.acceptInvitation({ code: once, password: `${n} ${password}` }),
        ),
    ),
  );
  await bench.clock.advance(DAY_MS);

  expect(all.filter((one) => one === undefined)).toHaveLength(1);
  expect(all.filter((one) => one === 'invitation.not-found')).toHaveLength(2);
  expect(await refusal(bench.accounts.acceptInvitation({ code: late, password }))).toBe(
    'invitation.not-found',
  );
});

test('nobody but the first admin chooses a name by a link', async () => {
  await bench.addUser('ann', 'admin');
  const made = await bench.accounts.createUser('owner', { name: 'bob', role: 'viewer' });
  const code = codeIn(made.invitation_path);

  const { me } = await bench.accounts.acceptInvitation({ code, name: 'ceo', password });

  expect(me.user.name).toBe('bob');
});

test('a wrong name, a wrong password, a missing one and a disabled user look alike', async () => {
  await bench.addUser('ann', 'admin');
  await bench.addUser('bob', 'viewer');
  await bench.accounts.createUser('owner', { name: 'eve', role: 'viewer' });
  await bench.accounts.setUser('owner', { user_id: 'bob', is_disabled: true });

  const wrong = { name: 'ann', password: 'another one' };
  const messages = await Promise.all(
    [wrong, { name: 'nobody', password }, { name: 'eve', password }, { name: 'bob', password }].map(
      async (input) => await bench.accounts.logIn(input).then(String, String),
    ),
  );

  expect(new Set(messages)).toEqual(
    new Set(['WrongLoginError: The name or the password is wrong.']),
  );
});

test('names are the same in small and in capital letters', async () => {
  await bench.addUser('Ann@Example.org', 'admin');

  expect((await bench.enter('ANN@example.ORG')).principal.name).toBe('ann@example.org');
  expect(
    await refusal(bench.accounts.createUser('owner', { name: 'ann@EXAMPLE.org', role: 'viewer' })),
  ).toBe('user.name-taken');
});

test('the fifth failure locks a name for a minute, the next ones twice as long each', async () => {
  await bench.addUser('ann', 'admin');
  for (let count = 0; count < 4; count += 1) expect(await fail('ann')).toBe('auth.wrong-login');
  const waits = [1, 2, 4, 8, 15, 15];
  for (const minutes of waits) {
    expect(await fail('ann')).toBe('auth.wrong-login');
    expect(await fail('ann')).toBe('auth.locked');
    await bench.clock.advance(minutes * MINUTE_MS - 1);
    expect(await refusal(bench.accounts.logIn({ name: 'ann', password }))).toBe('auth.locked');
    await bench.clock.advance(1);
  }
  await bench.enter('ann');
  expect(await fail('ann')).toBe('auth.wrong-login');
  await bench.enter('ann');
});

test('says how long a lock holds, and keeps it over a restart', async () => {
  await bench.addUser('ann', 'admin');
  for (let count = 0; count < 5; count += 1) await fail('ann');
  await bench.clock.advance(12_500);

  await using other = await bench.another();
  await expect(other.accounts.logIn({ name: 'Ann', password })).rejects.toMatchObject({
    code: 'auth.locked',
    facts: { retryAfterSeconds: 48 },
  });
});

test('an address that tries many names is locked, and no other address is', async () => {
  await bench.addUser('ann', 'admin');
  for (let count = 0; count < 20; count += 1) await fail(`name${count}`, '10.0.0.9');

  const from = async (address: string) =>
    await refusal(bench.accounts.logIn({ name: 'ann', password, address }));
  expect(await from('10.0.0.9')).toBe('auth.locked');
  expect(await from('10.0.0.8')).toBeUndefined();
});

test('a login is by name: by the id there would be more guesses', async () => {
  const id = await bench.addUser('ann', 'admin');

  expect(await refusal(bench.accounts.logIn({ name: id, password }))).toBe('auth.wrong-login');
});

test('twenty failures from one network of IPv6 lock all its addresses', async () => {
  await bench.addUser('ann', 'admin');
  for (let count = 0; count < 20; count += 1) await fail(`name${count}`, `2001:db8:1:2::${count}`);

  const from = async (address: string) =>
    await refusal(bench.accounts.logIn({ name: 'ann', password, address }));
  expect(await from('2001:db8:1:2:9::1')).toBe('auth.locked');
  expect(await from('2001:db8:1:3::1')).toBeUndefined();
});

test('guesses made at the same time are not one free guess each', async () => {
  await bench.addUser('ann', 'admin');

  const all = await Promise.all(Array.from({ length: 20 }, async () => await fail('ann')));

  expect(all.filter((code) => code === 'auth.wrong-login')).toHaveLength(5);
  expect(all.filter((code) => code === 'auth.locked')).toHaveLength(15);
});

test('a new link from an admin ends the lock of a name', async () => {
  await bench.addUser('ann', 'admin');
  for (let count = 0; count < 5; count += 1) await fail('ann');

  const { invitation_path: path } = await bench.accounts.resetUser('owner', { user_id: 'ann' });
  await bench.accounts.acceptInvitation({ code: codeIn(path), password: 'quite another one' });

  expect(await refusal(bench.accounts.logIn({ name: 'ann', password: 'quite another one' }))).toBe(
    undefined,
  );
});

test('what failed long ago is forgotten', async () => {
  await bench.addUser('ann', 'admin');
  for (let count = 0; count < 4; count += 1) await fail('ann');
  await bench.clock.advance(DAY_MS);
  for (let count = 0; count < 4; count += 1) await fail('ann');

  await bench.enter('ann');
});

test('a login ends after 7 days without use, slides while it is used, and ends after 30', async () => {
  await bench.addUser('ann', 'admin');
  const idle = await bench.enter('ann');
  const used = await bench.enter('ann');
  const isIn = async (secret: string) =>
    (await bench.accounts.authenticate({ kind: 'login', secret })) !== undefined;

  for (let day = 6; day < 30; day += 6) {
    await bench.clock.advance(6 * DAY_MS);
    expect(await isIn(used.secret)).toBe(true);
  }
  expect(await isIn(idle.secret)).toBe(false);
  await bench.clock.advance(6 * DAY_MS - 1);
  expect(await isIn(used.secret)).toBe(true);
  await bench.clock.advance(1);
  expect(await isIn(used.secret)).toBe(false);
});

test('says until when a browser may keep a login: its last moment, not the next', async () => {
  await bench.addUser('ann', 'admin');

  const { login } = await bench.accounts.logIn({ name: 'ann', password });

  const now = bench.clock.now();
  expect([login.expiresAt - now, login.endsAt - now]).toEqual([7 * DAY_MS, 30 * DAY_MS]);
});

test('when a login is used is written at most once a minute', async () => {
  await bench.addUser('ann', 'admin');
  await bench.run('DELETE FROM logins');
  const { secret } = await bench.enter('ann');
  const seenAt = async () => {
    await bench.accounts.authenticate({ kind: 'login', secret });
    return (await row('logins'))?.['last_seen_at'];
  };

  const first = await seenAt();
  await bench.clock.advance(MINUTE_MS - 1);
  expect(await seenAt()).toBe(first);
  await bench.clock.advance(1);
  expect(await seenAt()).toBe(bench.clock.now());
});

test('a changed password ends every other login, and needs the old one', async () => {
  await bench.addUser('ann', 'admin');
  const own = await bench.enter('ann');
  const other = await bench.enter('ann');
  const fresh = 'quite another one';

  const set = async (old: string, next: string) =>
    await refusal(bench.accounts.setPassword(own.principal, { old, password: next }));
  expect(await set('a wrong one', fresh)).toBe('auth.wrong-password');
  expect(await set(password, 'short')).toBe('user.weak-password');
  expect(await set(password, 'aaaaaaaaaaaa')).toBe('user.weak-password');
  expect(await set(password, fresh)).toBeUndefined();

  const isIn = async (secret: string) =>
    (await bench.accounts.authenticate({ kind: 'login', secret })) !== undefined;
  expect([await isIn(own.secret), await isIn(other.secret)]).toEqual([true, false]);
  expect(await fail('ann')).toBe('auth.wrong-login');
  await bench.accounts.logIn({ name: 'ann', password: fresh });
});

test('somebody with a stolen login guesses the old password no faster than at the door', async () => {
  await bench.addUser('ann', 'admin');
  const { principal } = await bench.enter('ann');
  const guess = async () =>
    await refusal(bench.accounts.setPassword(principal, { old: 'a guess', password: 'x' }));

  for (let count = 0; count < 5; count += 1) expect(await guess()).toBe('auth.wrong-password');
  expect(await guess()).toBe('auth.locked');
});

test('a password is hashed anew when the parameters have changed', async () => {
  await bench.addUser('ann', 'admin');
  await using other = await bench.another(new Passwords({ logN: 5, r: 8, p: 1 }));

  expect((await row('users'))?.['password']).toContain('$scrypt$ln=4,');
  await other.accounts.logIn({ name: 'ann', password });
  expect((await row('users'))?.['password']).toContain('$scrypt$ln=5,');
  await bench.accounts.logIn({ name: 'ann', password });
});

test('neither the database nor the audit log holds a secret', async () => {
  const link = codeIn((await bench.accounts.firstAdminLink()) ?? '');
  const { secret } = await bench.accounts.acceptInvitation({ code: link, password });
  const { token } = await bench.accounts.createTokenFor('admin', { name: 'ci', role: 'viewer' });
  const { invitation_path: path } = await bench.accounts.resetUser('owner', { user_id: 'admin' });
  await refusal(bench.accounts.logIn({ name: password, password }));
  await bench.run('PRAGMA user_version');

  const files = ['a.db', 'a.db-wal', join('audit', 'audit-000000000001.jsonl')];
  const texts = await Promise.all(
    files.map(async (name) => await readFile(join(bench.dataDir, name), 'latin1')),
  );
  for (const hidden of [link, secret, token, codeIn(path), password]) {
    expect(texts.filter((text) => text.includes(hidden))).toEqual([]);
  }
});

test('who came, who failed and who left is in the audit log before it happens', async () => {
  await bench.addUser('ann', 'admin');
  await fail('ann');
  const { principal } = await bench.enter('ann');
  await bench.accounts.logOut(principal);

  expect(await bench.actions()).toEqual([
    'invitation.accepted',
    'login.failed',
    'login.succeeded',
    'login.ended',
  ]);
  expect(await bench.accounts.verifyAudit('owner')).toMatchObject({ is_whole: true, entries: 4 });
});
