import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  auditCheckView,
  auditView,
  newTokenView,
  tokenView,
  userView,
} from '../../src/contract/index.ts';
import { type Ended, Program } from './cli-program.ts';

const link = z.object({ invitation_path: z.string(), invitation_expires_at: z.string() });
const invited = userView.extend(link.shape);
const users = z.object({ items: z.array(userView), next: z.string().nullable() });
const tokens = z.object({ items: z.array(tokenView), next: z.null() });
const entries = z.object({ items: z.array(auditView), next: z.string().nullable() });
const failure = z.object({ error: z.object({ code: z.string() }) });

async function codeOf(ended: Promise<Ended>): Promise<readonly [number | null, string]> {
  const { code, stdout } = await ended;
  return [code, failure.parse(JSON.parse(stdout)).error.code];
}

test('a user is made, changed, disabled and given a new link, and each of it is in the log', async () => {
  await using program = await Program.open();
  const added = await program.json(invited, ['user', 'add', 'Ann', '--role', 'admin']);
  const plain = await program.run(['user', 'add', 'bob']);
  const changed = await program.json(userView, ['user', 'set', 'bob', '--role', 'viewer']);
  const disabled = await program.run(['user', 'set', 'bob', '--disable']);
  const enabled = await program.run(['user', 'set', 'bob', '--enable']);
  const again = await program.json(link, ['user', 'reset', 'ann']);
  const { items } = await program.json(users, ['user', 'list']);
  const table = await program.run(['user', 'list']);
  const log = await program.json(entries, ['audit', 'list']);

  expect(added).toMatchObject({ name: 'ann', role: 'admin', has_password: false });
  expect(plain.stdout).toMatch(/^\/invitation#tbi_[\w-]{43}\n$/);
  expect(plain.stderr).toContain('good once, until 20');
  expect(changed).toMatchObject({ name: 'bob', role: 'viewer', is_disabled: false });
  expect(disabled.stdout).toBe('bob: viewer, disabled\n');
  expect(enabled.stdout).toBe('bob: viewer, once a password is set\n');
  expect(again.invitation_path).not.toBe(added.invitation_path);
  expect(items.map(({ name, role }) => [name, role])).toEqual([
    ['bob', 'viewer'],
    ['ann', 'admin'],
  ]);
  expect(table.stdout).toContain('MAY LOG IN');
  expect(log.items.map(({ action, user_id: user, address }) => [action, user, address])).toEqual([
    ['user.reset', null, null],
    ['user.set', null, null],
    ['user.set', null, null],
    ['user.set', null, null],
    ['user.created', null, null],
    ['user.created', null, null],
  ]);
});

test('users are refused where they should be, with a code', async () => {
  await using program = await Program.open();
  const refused = async (...args: readonly string[]) =>
    await codeOf(program.run([...args, '--json']));
  await program.run(['user', 'add', 'ann', '--role', 'admin']);

  expect(await refused('user', 'add', 'a b')).toEqual([2, 'user.bad-name']);
  expect(await refused('user', 'add', 'ANN')).toEqual([5, 'user.name-taken']);
  expect(await refused('user', 'add', 'bob', '--role', 'root')).toEqual([2, 'cli.usage']);
  expect(await refused('user', 'set', 'bob', '--disable')).toEqual([3, 'user.not-found']);
  expect(await refused('user', 'set', 'ann')).toEqual([2, 'cli.usage']);
  expect(await refused('user', 'set', 'ann', '--enable', '--disable')).toEqual([2, 'cli.usage']);
  expect(await refused('user', 'set', 'ann', '--disable')).toEqual([5, 'users.last-admin']);
  expect(await refused('user', 'reset', 'nobody')).toEqual([3, 'user.not-found']);
});

test('a token is printed once, listed without its secret, and revoked', async () => {
  await using program = await Program.open();
  await program.run(['user', 'add', 'ann']);
  await program.run(['session', 'create', 'shop']);
  const create = ['token', 'create', 'ci', '--user', 'ann', '--role'];
  const made = await program.json(newTokenView, [...create, 'operator', '--days', '9']);
  const plain = await program.run([...create, 'viewer']);
  const { items } = await program.json(tokens, ['token', 'list', '--user', 'ann']);
  const all = await program.run(['token', 'list']);
  const greater = codeOf(program.run([...create, 'admin', '--json']));
  expect(await greater).toEqual([5, 'auth.forbidden']);
  // The session belongs to the command line's user, so a token of ann cannot use it.
  const foreign = codeOf(program.run([...create, 'viewer', '--session', 'shop', '--json']));
  expect(await foreign).toEqual([3, 'session.not-found']);
  const revoked = await program.run(['token', 'revoke', made.token_id]);
  const twice = codeOf(program.run(['token', 'revoke', made.token_id, '--json']));
  expect(await twice).toEqual([3, 'token.not-found']);

  expect(plain.stdout).toMatch(/^tbt_[\w-]{43}\n$/);
  expect(made).toMatchObject({ name: 'ci', role: 'operator', session_id: null });
  expect(items).toHaveLength(2);
  expect(all.stdout).not.toContain(plain.stdout.trim());
  expect(all.stdout).toContain('operator');
  expect(revoked.stdout).toBe(`${made.token_id} revoked\n`);
  expect((await program.json(tokens, ['token', 'list'])).items).toHaveLength(1);
});

test('the log goes by pages and filters, and verify tells the entry that was changed', async () => {
  await using program = await Program.open();
  await program.run(['user', 'add', 'ann', '--role', 'admin']);
  await program.run(['user', 'add', 'bob']);
  await program.run(['user', 'set', 'bob', '--role', 'viewer']);
  const first = await program.json(entries, ['audit', 'list', '--limit', '2']);
  const rest = await program.json(entries, ['audit', 'list', '--cursor', first.next ?? '']);
  const created = await program.json(entries, ['audit', 'list', '--action', 'user.created']);
  const table = await program.run(['audit', 'list']);
  const whole = await program.run(['audit', 'verify']);

  expect([...first.items, ...rest.items].map(({ sequence }) => sequence)).toEqual([3, 2, 1]);
  expect(created.items.map(({ subject }) => subject)).toEqual(['bob', 'ann']);
  expect(table.stdout).toContain('command line');
  expect([whole.code, whole.stdout]).toEqual([
    0,
    'The audit log is whole: 3 entries are as they were written.\n',
  ]);

  const dir = join(program.dataDir, 'audit');
  const name = (await readdir(dir)).find((one) => one.endsWith('.jsonl')) ?? '';
  const text = await readFile(join(dir, name), 'utf8');
  await writeFile(join(dir, name), text.replace('"bob"', '"rob"'));
  const broken = await program.run(['audit', 'verify']);
  const check = auditCheckView.parse(
    JSON.parse((await program.run(['audit', 'verify', '--json'])).stdout),
  );
  expect([broken.code, broken.stdout]).toEqual([
    1,
    `The audit log is broken at entry 2: it was changed after it was written (${name}).\n`,
  ]);
  expect(check).toMatchObject({ is_whole: false, entries: 1, broken_at: 2 });
});

test('each of these commands explains itself with an example', async () => {
  await using program = await Program.open();
  for (const command of [
    ...['list', 'add', 'set', 'reset'].map((one) => ['user', one]),
    ...['create', 'list', 'revoke'].map((one) => ['token', one]),
    ...['list', 'verify'].map((one) => ['audit', one]),
  ]) {
    const { code, stdout } = await program.run([...command, '--help']);
    expect([code, stdout.includes(`tmux-builder ${command.join(' ')}`)]).toEqual([0, true]);
    expect(stdout).toContain('Example');
  }
});
