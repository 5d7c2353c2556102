import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeLeftover, nameDirectory } from '../../support/leak-names.ts';
import { endLeftovers, findLeftovers, settledLeftovers } from '../../../tools/leftovers.ts';

const run = promisify(execFile);
let root: string;
let dir: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'left-'));
  dir = join(root, 'f1');
  await mkdir(dir);
});

afterEach(async () => {
  await endLeftovers(await findLeftovers(dir));
  await rm(root, { recursive: true });
});

test('finds a process by its arguments, its environment and its directory', async () => {
  const found = [
    await start(['sh', '-c', 'echo up; read line', join(dir, 'argument')]),
    await start(['sh', '-c', 'echo up; read line'], { env: { PLACE: join(dir, 'variable') } }),
    await start(['sh', '-c', 'echo up; read line'], { cwd: dir, env: {} }),
  ];
  const other = await start(['sh', '-c', 'echo up; read line'], { cwd: root, env: {} });

  const pids = (await findLeftovers(dir)).map(({ pid }) => pid);
  other.kill('SIGKILL');

  expect(new Set(pids)).toEqual(new Set(found.map(({ pid }) => pid)));
});

test('finds a tmux server and the programs in it, and ends them all', async () => {
  const socket = join(dir, 's');
  const program = ['env', '-i', 'sleep', '1000'];
  await run('tmux', ['-S', socket, '-f', '/dev/null', 'new-session', '-d', ...program]);

  const left = await findLeftovers(dir);
  const lines = left.map(({ about }) => about);
  await endLeftovers(left);

  expect(lines).toEqual([expect.stringMatching(/^tmux -S/), expect.stringMatching('sleep 1000')]);
  expect(await findLeftovers(dir)).toEqual([]);
});

test('waits for what is about to end', async () => {
  const child = await start(['sh', '-c', 'echo up; read line'], { cwd: dir, env: {} });

  const left = settledLeftovers(dir);
  child.stdin?.end('\n');

  expect(await left).toEqual([]);
});

test('names the test file in whose directory a process was', async () => {
  nameDirectory(dir, join(process.cwd(), 'test/a.test.ts'));
  const child = await start(['sh', '-c', 'echo up; read line'], { cwd: dir, env: {} });

  const lines = (await findLeftovers(dir)).map((one) => describeLeftover(one, root));

  expect(lines).toEqual([`test/a.test.ts: process ${child.pid}: sh -c echo up; read line`]);
});

async function start(
  [program = '', ...args]: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], ...options });
  await once(child.stdout, 'data');
  return child;
}
