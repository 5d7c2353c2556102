import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findExecutable } from './find-executable.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'path-'));
  for (const name of ['a', 'b', 'c']) await mkdir(join(dir, name));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

test('takes the first file that may be executed, and no directory of the name', async () => {
  await mkdir(join(dir, 'a/tool'));
  await writeFile(join(dir, 'b/tool'), '');
  await writeFile(join(dir, 'c/tool'), '');
  await chmod(join(dir, 'c/tool'), 0o755);
  const PATH = ['a', 'b', 'c'].map((name) => join(dir, name)).join(':');

  expect(await findExecutable('tool', { PATH })).toBe(join(dir, 'c/tool'));
  expect(await findExecutable('other', { PATH })).toBeUndefined();
});

test('takes an absolute path as it is, and looks into no relative directory', async () => {
  await writeFile(join(dir, 'a/tool'), '');
  await chmod(join(dir, 'a/tool'), 0o755);

  expect(await findExecutable(join(dir, 'a/tool'), {})).toBe(join(dir, 'a/tool'));
  expect(await findExecutable('tool', { PATH: '.:bin' })).toBeUndefined();
});
