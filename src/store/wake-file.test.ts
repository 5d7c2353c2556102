import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WakeFile } from './wake-file.ts';

test('goes on without a watch when the system refuses one', () => {
  const wake = new WakeFile('/nowhere/at/all/wake', () => 0);

  using _watching = wake.watch(() => {});
  wake.touch();

  expect(wake.isLost).toBe(true);
});

test('makes the file it touches, so that a watch can begin later', () => {
  const dir = mkdtempSync(join(tmpdir(), 'wake-'));
  const wake = new WakeFile(join(dir, 'wake'), () => 0);

  wake.touch();
  using _watching = wake.watch(() => {});

  expect(wake.isLost).toBe(false);
  rmSync(dir, { recursive: true });
});
