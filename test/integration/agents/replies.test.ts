import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askArgv, readEvents } from '../../../src/agents/hook-spool.ts';
import { isAwaited, sendReply } from '../../../src/agents/replies.ts';

let home = '';
const started: Asking[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tb-replies-'));
  for (const name of ['exchange', 'replies']) await mkdir(join(home, name));
  await symlink('exchange', join(home, 'events'));
});
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await rm(home, { recursive: true, force: true });
});

interface Asking {
  readonly child: ChildProcess;
  readonly reply: string;
  readonly ended: Promise<{ readonly printed: string; readonly code: number | null }>;
}

/** Begin to ask, and wait until its event is there. */
async function ask(payload = '{}'): Promise<Asking> {
  const [program = '', ...rest] = askArgv;
  const before = new Set((await readEvents(join(home, 'exchange'))).map(({ file }) => file));
  const env = {
    PATH: process.env['PATH'],
    TMUX_BUILDER_EVENTS: join(home, 'events'),
    TMUX_BUILDER_REPLIES: join(home, 'replies'),
  };
  const child = spawn(program, [...rest, 'Asked'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(payload);
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  const ended = Promise.all([exit, text(child.stdout)]).then(([code, printed]) => {
    return { printed, code };
  });
  const asked = async (): Promise<string | undefined> =>
    (await readEvents(join(home, 'exchange'), before))[0]?.file.replace('.json', '');
  await expect.poll(asked, { interval: 2 }).toBeDefined();
  const asking = { child, reply: (await asked()) ?? '', ended };
  started.push(asking);
  return asking;
}

const fifos = async (): Promise<readonly string[]> => await readdir(join(home, 'replies'));

test('prints the answer word for word and leaves nothing behind', async () => {
  const { reply, ended } = await ask('{"n":1}');
  const answer = String.raw`{"message":"it's \"so\" \\n %s $HOME ü"}`;

  expect(await isAwaited(home, reply)).toBe(true);
  expect(await sendReply(home, reply, answer)).toBe(true);

  expect(await ended).toEqual({ printed: `${answer}\n`, code: 0 });
  expect(await isAwaited(home, reply)).toBe(false);
  expect(await sendReply(home, reply, answer)).toBe(false);
  expect(await fifos()).toEqual([]);
});

test('prints an answer that is too long for a pipe', async () => {
  const { reply, ended } = await ask();
  const answer = JSON.stringify({ long: 'ü\\'.repeat(100_000) });

  await sendReply(home, reply, answer);

  expect(await ended).toEqual({ printed: `${answer}\n`, code: 0 });
  expect(await fifos()).toEqual([]);
});

test('prints nothing when it is let go without an answer', async () => {
  const { reply, ended } = await ask();

  await sendReply(home, reply, '');

  expect(await ended).toEqual({ printed: '', code: 0 });
});

test('takes the first of many answers', async () => {
  const { reply, ended } = await ask();
  const numbers = Array.from({ length: 20 }, (_, n) => String(n));

  const taken = await Promise.all(numbers.map(async (n) => await sendReply(home, reply, n)));

  expect(taken).toContain(true);
  expect(numbers.map((n) => `${n}\n`)).toContain((await ended).printed);
});

test('answers each of those that ask side by side', async () => {
  const asking = [await ask(), await ask(), await ask()];

  for (const { reply } of asking.toReversed()) await sendReply(home, reply, reply);

  const printed = await Promise.all(asking.map(async ({ ended }) => (await ended).printed));
  expect(printed).toEqual(asking.map(({ reply }) => `${reply}\n`));
});

test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
  'is closed, and cleaned up, by %s',
  async (name) => {
    const { child, reply, ended } = await ask();

    child.kill(name);

    expect((await ended).code).toBe(143);
    expect(await fifos()).toEqual([]);
    expect(await isAwaited(home, reply)).toBe(false);
  },
);

test('is closed by SIGKILL, and what it leaves is removed', async () => {
  const { child, reply, ended } = await ask();

  child.kill('SIGKILL');
  await ended;

  expect(await fifos()).toHaveLength(1);
  expect(await sendReply(home, reply, 'too late')).toBe(false);
  expect(await fifos()).toEqual([]);
});

test('writes to nothing that only looks like a question', async () => {
  const name = '1700000000000000000-1-Asked';
  const victim = join(home, 'victim');
  await writeFile(victim, '');
  await symlink(victim, join(home, 'replies', `${name}.fifo`));
  expect(await sendReply(home, name, 'x')).toBe(false);
  await rm(join(home, 'replies', `${name}.fifo`));
  await writeFile(join(home, 'replies', `${name}.fifo`), '');
  expect(await sendReply(home, name, 'x')).toBe(false);
  expect(await sendReply(home, `../${name}`, 'x')).toBe(false);
});
