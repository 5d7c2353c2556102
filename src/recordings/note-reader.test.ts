import { expect, test } from 'vitest';
import { NoteReader } from './note-reader.ts';
import { mkdtempSync, openSync, appendFileSync, closeSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

test('reads the notes that matter, line by line, however they are cut', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tb-notes-'));
  const path = join(dir, 'stream.times');
  writeFileSync(path, '1 0 begin 1 9\n1 0 size 80x24\n');
  const fd = openSync(path, 'r');
  const reader = new NoteReader(fd);
  const kinds = (): readonly string[] =>
    reader.read().map(({ kind, offset }) => `${kind} ${offset}`);

  expect(kinds()).toEqual(['size 0']);
  appendFileSync(path, '2 5\n3 9\n3 9 si');
  expect(kinds()).toEqual([]);
  appendFileSync(path, 'ze 90x24\n4 11 lost 3\n5 11 start\n6 20\n');
  expect(kinds()).toEqual(['size 9', 'lost 11', 'start 11']);

  closeSync(fd);
  rmSync(dir, { recursive: true });
});
