import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { insideSession } from './inside-session.ts';

let top: string;
let dir: string;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'inside-')));
  dir = join(top, 'session');
  mkdirSync(join(dir, 'uploads'), { recursive: true });
  mkdirSync(join(top, 'session-2'));
  writeFileSync(join(dir, 'uploads', 'a.txt'), '');
  symlinkSync(join(dir, 'uploads'), join(dir, 'inner'));
  symlinkSync(top, join(dir, 'outer'));
  symlinkSync(join(top, 'not-yet'), join(dir, 'dangling'));
  symlinkSync('loop', join(dir, 'loop'));
});
afterEach(() => rmSync(top, { recursive: true }));

test.each([
  ['.', ''],
  ['uploads/a.txt', 'uploads/a.txt'],
  ['inner/a.txt', 'uploads/a.txt'],
  ['uploads/../uploads/./new/deep.txt', 'uploads/new/deep.txt'],
  ['..named', '..named'],
])('resolves %j', async (path, real) => {
  expect(await insideSession({ dir }, path)).toBe(join(dir, real));
});

test.each([
  '..',
  '../session-2',
  'uploads/../../session-2/x',
  '/etc/passwd',
  'outer/session-2',
  'outer',
  'dangling',
  'dangling/x',
  'loop/x',
  'uploads/a.txt/x',
  'a\0b',
])('refuses %j', async (path) => {
  await expect(insideSession({ dir }, path)).rejects.toMatchObject({
    code: 'session.path-outside',
  });
});

test('takes an absolute path that lies inside', async () => {
  expect(await insideSession({ dir }, join(dir, 'uploads', 'a.txt'))).toBe(
    join(dir, 'uploads', 'a.txt'),
  );
});
