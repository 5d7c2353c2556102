import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDirectory } from './make-directory.ts';

test('makes what is missing, with its mode, and keeps what is there', async () => {
  await using dir = await scratch();
  const path = join(dir.path, 'a', 'b');
  await makeDirectory(path, 0o700);
  await makeDirectory(path, 0o755);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
});

test('gives up where a file is in the way, and where nothing can be made', async () => {
  await using dir = await scratch();
  const file = join(dir.path, 'file');
  await writeFile(file, '');
  await expect(makeDirectory(file, 0o700)).rejects.toThrow('EEXIST');
  await expect(makeDirectory(join(file, 'x'), 0o700)).rejects.toThrow('ENOTDIR');
});

test.runIf(process.platform === 'linux')('ends where a file system denies every name', async () => {
  await expect(makeDirectory('/proc/no/such', 0o700)).rejects.toThrow('ENOENT');
});

async function scratch() {
  const path = await mkdtemp(join(tmpdir(), 'tb-make-'));
  return {
    path,
    [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }),
  };
}
