import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../../src/base/index.ts';
import { Revocations, Tickets } from '../../../src/users/index.ts';
import { Bench, password } from './bench.ts';

let bench: Bench;
let told: string[];
let listening: Disposable;
beforeEach(async () => {
  bench = await Bench.open();
  await bench.addUser('ann', 'admin');
  await bench.addUser('bob', 'operator');
  told = [];
  listening = bench.accounts.onRevoked((id) => told.push(id));
});
afterEach(async () => {
  listening[Symbol.dispose]();
  await bench[Symbol.asyncDispose]();
});

test('a login that is ended here has been told of when the call returns', async () => {
  const own = await bench.enter('bob');
  const other = await bench.enter('bob');

  const login_id = other.principal.credentialId;
  await bench.accounts.endLogin(own.principal, { login_id });

  expect(told).toEqual([login_id]);
});

test('so has everything of a user that is disabled, or whose role changes', async () => {
  const login = (await bench.enter('bob')).principal;
  const made = await bench.accounts.createToken(login, { name: 'x', role: 'viewer' });
  await bench.accounts.authenticate({ kind: 'token', secret: made.token });
  await bench.accounts.setUser('owner', { user_id: 'bob', role: 'viewer' });
  // The token's role was no greater: what it may has not changed.
  expect(told).toEqual([login.credentialId]);

  const again = (await bench.enter('bob')).principal;
  await bench.accounts.setUser('owner', { user_id: 'bob', is_disabled: true });
  expect(told.slice(1).toSorted()).toEqual([again.credentialId, made.token_id].toSorted());
});

test('a right to a session that is given or taken is told of', async () => {
  await bench.addSession('ses_1', 'local');
  const input = { session_id: 'ses_1', user_id: 'bob', role: 'viewer' } as const;
  const { principal, secret } = await bench.enter('bob');

  await bench.accounts.setMember(input);
  expect(told).toEqual([principal.credentialId]);
  await bench.accounts.authenticate({ kind: 'login', secret });
  await bench.accounts.removeMember(input);
  expect(told).toEqual([principal.credentialId, principal.credentialId]);
});

test('what another process revokes is told of at its commit', async () => {
  const { principal } = await bench.enter('bob');
  await using other = await bench.another();

  await other.accounts.setUser('owner', { user_id: 'bob', is_disabled: true });

  await expect.poll(() => told).toEqual([principal.credentialId]);
});

test('what ends by time is told of by the sweep', async () => {
  const { principal } = await bench.enter('bob');
  const input = { name: 'x', role: 'viewer', expires_in_days: 1 } as const;
  const made = await bench.accounts.createToken(principal, input);
  await bench.accounts.authenticate({ kind: 'token', secret: made.token });

  bench.clock.jump(86_400_000);
  expect(told).toEqual([]);
  await bench.clock.advance(15_000);
  await expect.poll(() => told).toEqual([made.token_id]);
});

test('the rights that a deleted session takes along are told of by the sweep', async () => {
  await bench.addSession('ses_1', 'local');
  const input = { session_id: 'ses_1', user_id: 'bob', role: 'viewer' } as const;
  await bench.accounts.setMember(input);
  const { principal } = await bench.enter('bob');
  told = [];

  await bench.run("DELETE FROM sessions WHERE id = 'ses_1'");
  await bench.clock.advance(15_000);
  await expect.poll(() => told).toEqual([principal.credentialId]);
});

test('somebody revoked between the look that let them in and their first watch is not missed', async () => {
  const { principal } = await bench.enter('bob');
  const { store, clock } = bench;
  const tools = { store, clock, log: silentLog, tickets: new Tickets(clock) };
  await using revocations = new Revocations(tools);
  const heard: string[] = [];
  using _listening = revocations.listen((id) => heard.push(id));

  const { signal } = new AbortController();
  const rights = await store.read(
    async (sql) => await revocations.readRights(sql, principal),
    signal,
  );
  await bench.accounts.setUser('owner', { user_id: 'bob', role: 'viewer' });
  await revocations.settle();
  revocations.note(principal, rights);

  await expect.poll(() => heard).toEqual([principal.credentialId]);
});

test('the tickets of a login end with it', async () => {
  const { principal } = await bench.enter('bob');
  const { ticket } = bench.accounts.issueTicket(principal);

  await bench.accounts.logOut(principal);

  expect(bench.accounts.redeemTicket(ticket)).toBeUndefined();
});

test('others are not disturbed, and nobody is told after listening has ended', async () => {
  const ann = (await bench.enter('ann')).principal;
  const bob = (await bench.enter('bob')).principal;
  await bench.accounts.logIn({ name: 'ann', password });
  await bench.accounts.logOut(bob);
  expect(told).toEqual([bob.credentialId]);

  listening[Symbol.dispose]();
  await bench.accounts.logOut(ann);
  expect(told).toEqual([bob.credentialId]);
});
