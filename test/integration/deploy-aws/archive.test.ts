import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract } from 'tar';
import { expect, test } from 'vitest';
import { packRelease } from '../../../src/deploy/machine/archive.ts';
import { openAwsBench, signal } from '../../support/aws/bench.ts';

const files = { 'run.sh': '#!/bin/sh\n', 'lib/a.js': 'a', 'index.html': 'x' };

test('a release is the same archive each time, whenever and from wherever it is packed', async () => {
  await using bench = await openAwsBench();
  await using other = await openAwsBench();

  const one = await packRelease(await bench.release(files), signal);
  const two = await packRelease(await other.release(files), signal);

  expect(two.sha256).toBe(one.sha256);
  expect(await readFile(two.file)).toEqual(await readFile(one.file));
  const { sha256 } = await packRelease(await bench.release({ ...files, 'lib/a.js': 'b' }), signal);
  expect(sha256).not.toBe(one.sha256);
});

test('what is unpacked is the release, programs still executable', async () => {
  await using bench = await openAwsBench();
  const { file, bytes } = await packRelease(await bench.release(files), signal);
  const dir = await mkdtemp(join(tmpdir(), 'tmux-builder-unpack-'));

  await extract({ cwd: dir, file });

  expect((await stat(file)).size).toBe(bytes);
  expect(await readFile(join(dir, 'lib/a.js'), 'utf8')).toBe('a');
  expect((await stat(join(dir, 'run.sh'))).mode & 0o111).not.toBe(0);
  expect((await stat(join(dir, 'index.html'))).mode & 0o111).toBe(0);
  await rm(dir, { recursive: true });
});
