import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultRuntimeDir, openRuntimeDir } from './runtime-dir.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'run-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('makes the directory of a database for its owner only, and again', async () => {
  const made = await openRuntimeDir(join(dir, 'run'), 'abcdefgh');
  chmodSync(made, 0o755);

  expect(await openRuntimeDir(join(dir, 'run'), 'abcdefgh')).toBe(made);
  expect(made).toBe(join(dir, 'run', 'abcdefgh'));
  expect(lstatSync(made).mode & 0o777).toBe(0o700);
});

test('refuses a directory that others can write, a link, and a path too long for a socket', async () => {
  mkdirSync(join(dir, 'open'));
  chmodSync(join(dir, 'open'), 0o777);
  symlinkSync(dir, join(dir, 'link'));

  for (const [name, problem] of [
    ['open', 'can be written by others'],
    ['link', 'is a link or a file'],
    ['x'.repeat(70), 'is longer than 67 bytes'],
  ] as const) {
    await expect(openRuntimeDir(join(dir, name), 'abcdefgh')).rejects.toMatchObject({
      code: 'config.bad-runtime-dir',
      message: expect.stringContaining(problem),
    });
  }
});

async function chosen(base?: string): Promise<string> {
  return (await defaultRuntimeDir({ XDG_RUNTIME_DIR: base })).value;
}

test('falls back to /tmp unless XDG_RUNTIME_DIR is there, ours, private and short', async () => {
  const long = join(dir, 'x'.repeat(60));
  mkdirSync(long);

  expect(await chosen(dir)).toBe(join(dir, 'tmux-builder'));
  const fallbacks = await Promise.all(
    [undefined, 'relative', join(dir, 'missing'), long, '/tmp'].map(
      async (base) => await chosen(base),
    ),
  );
  expect(new Set(fallbacks)).toEqual(new Set([`/tmp/tmux-builder-${process.getuid?.()}`]));
});
