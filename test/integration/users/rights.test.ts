import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Principal } from '../../../src/app/index.ts';
import {
  type Access,
  anybody,
  inOwn,
  loggedIn,
  roles,
  seen,
  withRole,
} from '../../../src/contract/index.ts';
import { Bench, password, refusal } from './bench.ts';

let bench: Bench;
let users: Readonly<Record<'ann' | 'bob' | 'carl' | 'dora', Principal>>;

/** ann is an admin, bob an operator with a session, carl an operator, dora a viewer. */
beforeEach(async () => {
  bench = await Bench.open();
  const add = async (name: string, role: 'admin' | 'operator' | 'viewer') => {
    await bench.addUser(name, role);
    return (await bench.enter(name)).principal;
  };
  users = {
    ann: await add('ann', 'admin'),
    bob: await add('bob', 'operator'),
    carl: await add('carl', 'operator'),
    dora: await add('dora', 'viewer'),
  };
  await bench.addSession('ses_bob', users.bob.userId);
  await bench.addSession('ses_other', 'local');
  await bench.addJob('job_bob', 'ses_bob');
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

async function ofBob(principal: Principal): Promise<readonly (string | undefined)[]> {
  return await Promise.all(
    roles.map(
      async (role) =>
        await refusal(
          bench.accounts.authorize(principal, inOwn(role, 'session_id'), { session_id: 'ses_bob' }),
        ),
    ),
  );
}

test('a route for everybody, for logins and for a role lets in whom it should', async () => {
  const ask = async (access: Access, who: Principal | undefined) =>
    await refusal(bench.accounts.authorize(who, access, {}));

  expect(await ask(anybody, undefined)).toBeUndefined();
  for (const access of [loggedIn, seen, withRole('viewer'), inOwn('viewer', 'job_id')]) {
    expect(await ask(access, undefined)).toBe('auth.login-required');
  }
  expect(await ask(loggedIn, users.dora)).toBeUndefined();
  expect(await ask(seen, users.dora)).toBeUndefined();
  expect(await ask(withRole('operator'), users.dora)).toBe('auth.forbidden');
  expect(await ask(withRole('operator'), users.bob)).toBeUndefined();
  expect(await ask(withRole('admin'), users.bob)).toBe('auth.forbidden');
  expect(await ask(withRole('admin'), users.ann)).toBeUndefined();
});

test('a session is its owner’s and the admins’; for others it does not exist', async () => {
  expect(await ofBob(users.ann)).toEqual([undefined, undefined, undefined]);
  expect(await ofBob(users.bob)).toEqual([undefined, undefined, 'auth.forbidden']);
  expect(await ofBob(users.carl)).toEqual(Array(3).fill('session.not-found'));
  expect(await ofBob(users.dora)).toEqual(Array(3).fill('session.not-found'));
});

test('in a session the smaller of one’s own role and the member’s counts', async () => {
  const set = async (who: Principal, role: 'viewer' | 'operator') => {
    const input = { session_id: 'ses_bob', user_id: who.userId, role };
    await bench.accounts.setMember(input);
  };
  await set(users.carl, 'viewer');
  await set(users.dora, 'operator');
  expect(await ofBob(users.carl)).toEqual([undefined, 'auth.forbidden', 'auth.forbidden']);
  expect(await ofBob(users.dora)).toEqual([undefined, 'auth.forbidden', 'auth.forbidden']);

  await set(users.carl, 'operator');
  expect(await ofBob(users.carl)).toEqual([undefined, undefined, 'auth.forbidden']);
  expect(await bench.accounts.listMembers({ session_id: 'ses_bob' })).toEqual({
    items: [
      { user_id: users.carl.userId, name: 'carl', role: 'operator' },
      { user_id: users.dora.userId, name: 'dora', role: 'operator' },
    ],
  });

  const gone = { session_id: 'ses_bob', user_id: users.carl.userId };
  await bench.accounts.removeMember(gone);
  expect(await ofBob(users.carl)).toEqual(Array(3).fill('session.not-found'));
});

test('nobody is made a member of their own session, nor anybody who does not exist', async () => {
  const set = async (user_id: string) =>
    await refusal(bench.accounts.setMember({ session_id: 'ses_bob', user_id, role: 'viewer' }));
  expect(await set(users.bob.userId)).toBe('member.is-owner');
  expect(await set('usr_nobody')).toBe('user.not-found');
});

test('a job and an agent are their session’s; a hidden one is told apart from none by nothing', async () => {
  const message = async (who: Principal, by: 'job_id' | 'agent_id' | 'question_id', id: string) =>
    await bench.accounts.authorize(who, inOwn('viewer', by), { [by]: id }).then(() => 'in', String);

  expect(await message(users.bob, 'job_id', 'job_bob')).toBe('in');
  expect(await message(users.bob, 'agent_id', 'job_bob.1')).toBe('in');
  expect(await message(users.bob, 'agent_id', 'ses_bob')).toBe('in');
  const hidden = await message(users.carl, 'job_id', 'job_bob');
  const none = await message(users.carl, 'job_id', 'job_nil');
  expect(hidden.replace('job_bob', 'X')).toBe(none.replace('job_nil', 'X'));
  const agent = await message(users.carl, 'agent_id', 'job_bob.1');
  const noAgent = await message(users.carl, 'agent_id', 'job_nil.1');
  expect(agent.replace('job_bob', 'X')).toBe(noAgent.replace('job_nil', 'X'));
  expect(await message(users.carl, 'question_id', 'qst_1')).toContain('There is no question');
});

test('a beginning of an id opens nothing', async () => {
  const ask = inOwn('viewer', 'job_id');
  expect(await refusal(bench.accounts.authorize(users.bob, ask, { job_id: 'job_bo' }))).toBe(
    'job.not-found',
  );
});

test('a token has at most the role of its user, and less when that becomes less', async () => {
  const make = async (role: 'viewer' | 'operator' | 'admin') =>
    await bench.accounts.createToken(users.bob, { name: 'ci', role });
  expect(await refusal(make('admin'))).toBe('auth.forbidden');
  const { token: secret } = await make('operator');
  const enter = async () => await bench.accounts.authenticate({ kind: 'token', secret });

  expect(secret).toMatch(/^tbt_[\w-]{43}$/);
  expect(await enter()).toMatchObject({ role: 'operator', via: 'token', name: 'bob' });
  await bench.accounts.setUser('owner', { user_id: 'bob', role: 'viewer' });
  expect(await enter()).toMatchObject({ role: 'viewer' });
  await bench.accounts.setUser('owner', { user_id: 'bob', role: 'admin' });
  expect(await enter()).toMatchObject({ role: 'operator' });
});

test('a token for one session sees that one alone, also when it is an admin’s', async () => {
  const input = { name: 'ci', role: 'admin', session_id: 'ses_bob' } as const;
  const { token: secret } = await bench.accounts.createToken(users.ann, input);
  const limited = await bench.accounts.authenticate({ kind: 'token', secret });
  if (limited === undefined) throw new Error('not let in');

  expect(await ofBob(limited)).toEqual([undefined, undefined, undefined]);
  const other = { session_id: 'ses_other' };
  expect(
    await refusal(bench.accounts.authorize(limited, inOwn('viewer', 'session_id'), other)),
  ).toBe('session.not-found');
  expect(await refusal(bench.accounts.authorize(limited, withRole('admin'), {}))).toBe(
    'auth.forbidden',
  );
  expect(() => bench.accounts.refuseLimited(limited)).toThrow('for one session alone');
  expect(() => bench.accounts.refuseLimited(users.ann)).not.toThrow();
  expect(await refusal(bench.accounts.listUsers(limited, { limit: 10 }))).toBe('auth.forbidden');
  expect(bench.accounts.visibilityOf(limited)).toEqual({ sessionId: 'ses_bob' });
  const ofPerson = [
    bench.accounts.listLogins(limited),
    bench.accounts.endLogin(limited, { login_id: users.ann.credentialId }),
    bench.accounts.listTokens(limited),
    bench.accounts.revokeToken(limited, { token_id: limited.credentialId }),
    bench.accounts.setPassword(limited, { old: password, password: 'quite another one' }),
  ];
  expect(await Promise.all(ofPerson.map(refusal))).toEqual(Array(5).fill('auth.forbidden'));
});

test('a token makes no token that may more than itself or lives longer', async () => {
  const input = { name: 'ci', role: 'viewer', session_id: 'ses_bob', expires_in_days: 2 } as const;
  const { token: secret } = await bench.accounts.createToken(users.bob, input);
  const limited = await bench.accounts.authenticate({ kind: 'token', secret });
  if (limited === undefined) throw new Error('not let in');

  const make = async (wish: object) =>
    await bench.accounts.createToken(limited, { name: 'x', role: 'viewer', ...wish });
  expect(await refusal(make({ role: 'operator' }))).toBe('auth.forbidden');
  expect(await refusal(make({ session_id: 'ses_other' }))).toBe('session.not-found');
  expect(await make({ expires_in_days: 30 })).toMatchObject({
    session_id: 'ses_bob',
    expires_at: new Date(bench.clock.now() + 2 * 86_400_000).toISOString(),
  });
});

test('a token for a session that one may not see is not made', async () => {
  const input = { name: 'x', role: 'viewer', session_id: 'ses_other' } as const;
  expect(await refusal(bench.accounts.createToken(users.bob, input))).toBe('session.not-found');
});

test('a token ends when it expires, when it is revoked, and with its session', async () => {
  const make = async (wish: object) => {
    const made = await bench.accounts.createToken(users.bob, {
      name: 'x',
      role: 'viewer',
      ...wish,
    });
    return { id: made.token_id, secret: made.token };
  };
  const isIn = async ({ secret }: { secret: string }) =>
    (await bench.accounts.authenticate({ kind: 'token', secret })) !== undefined;
  const [short, own, ofSession] = [
    await make({ expires_in_days: 1 }),
    await make({}),
    await make({ session_id: 'ses_bob' }),
  ];
  expect([await isIn(short), await isIn(own), await isIn(ofSession)]).toEqual([true, true, true]);

  await bench.clock.advance(86_400_000);
  expect(await isIn(short)).toBe(false);
  expect(await refusal(bench.accounts.revokeToken(users.carl, { token_id: own.id }))).toBe(
    'token.not-found',
  );
  await bench.accounts.revokeToken(users.bob, { token_id: own.id });
  expect(await isIn(own)).toBe(false);
  await bench.run("DELETE FROM jobs WHERE session_id = 'ses_bob'");
  await bench.run("DELETE FROM sessions WHERE id = 'ses_bob'");
  expect(await isIn(ofSession)).toBe(false);
});

test('a login is no token, a token no login, and neither is good for other texts', async () => {
  const { secret } = await bench.enter('bob');
  const ask = async (kind: 'login' | 'token', text: string) =>
    await bench.accounts.authenticate({ kind, secret: text });

  expect(await ask('token', secret)).toBeUndefined();
  expect(await ask('login', `tbt_${secret.slice(4)}`)).toBeUndefined();
  expect(await ask('login', secret.slice(0, -1))).toBeUndefined();
  expect(await ask('login', '')).toBeUndefined();
  expect(await ask('login', "' OR 1=1 --")).toBeUndefined();
  expect(await ask('login', secret)).toBeDefined();
});

test('the last admin can be neither disabled nor demoted', async () => {
  const set = async (input: object) =>
    await refusal(bench.accounts.setUser('owner', { user_id: 'ann', ...input }));
  expect(await set({ is_disabled: true })).toBe('users.last-admin');
  expect(await set({ role: 'operator' })).toBe('users.last-admin');

  await bench.accounts.createUser('owner', { name: 'zoe', role: 'admin' });
  expect(await set({ role: 'operator' })).toBe('users.last-admin');
  await bench.addUser('yan', 'admin');
  expect(await set({ role: 'operator' })).toBeUndefined();
});

test('of two admins who disable each other at once one stays', async () => {
  await bench.addUser('yan', 'admin');
  await using other = await bench.another();

  const both = await Promise.all([
    refusal(bench.accounts.setUser('owner', { user_id: 'ann', is_disabled: true })),
    refusal(other.accounts.setUser('owner', { user_id: 'yan', is_disabled: true })),
  ]);

  expect(both.toSorted((one) => (one === undefined ? 1 : -1))).toEqual([
    'users.last-admin',
    undefined,
  ]);
});

test('who is disabled is out at once, and comes back without what they had', async () => {
  const { secret } = await bench.enter('bob');
  const { token } = await bench.accounts.createToken(users.bob, { name: 'x', role: 'viewer' });
  const isIn = async () =>
    [
      await bench.accounts.authenticate({ kind: 'login', secret }),
      await bench.accounts.authenticate({ kind: 'token', secret: token }),
    ].map((one) => one !== undefined);
  expect(await isIn()).toEqual([true, true]);

  await bench.accounts.setUser('owner', { user_id: 'bob', is_disabled: true });
  expect(await isIn()).toEqual([false, false]);
  expect(await refusal(bench.accounts.authorize(users.bob, loggedIn, {}))).toBe(
    'auth.login-required',
  );
  await bench.accounts.setUser('owner', { user_id: 'bob', is_disabled: false });
  expect(await isIn()).toEqual([false, false]);
  await bench.accounts.logIn({ name: 'bob', password });
});

test('a disabled user is out even where a login of theirs was left', async () => {
  const { secret } = await bench.enter('bob');
  await bench.run("UPDATE users SET disabled_at = 1 WHERE name = 'bob'");

  expect(await bench.accounts.authenticate({ kind: 'login', secret })).toBeUndefined();
  expect(await refusal(bench.accounts.authorize(users.bob, loggedIn, {}))).toBe(
    'auth.login-required',
  );
});

test('lists of users go by pages, newest first', async () => {
  const first = await bench.accounts.listUsers('owner', { limit: 3 });
  const rest = await bench.accounts.listUsers('owner', { limit: 3, cursor: first.next ?? '' });

  const names = [...first.items, ...rest.items].map(({ name }) => name);
  expect(names.toSorted()).toEqual(['ann', 'bob', 'carl', 'dora']);
  expect(rest.next).toBeNull();
});
