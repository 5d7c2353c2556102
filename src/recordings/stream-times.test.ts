import { expect, test } from 'vitest';
import { parseNote } from './stream-times.ts';

test.each([
  ['1700000000123 42', { kind: 'reached', at: 1_700_000_000_123, offset: 42 }],
  ['1700000000123 0 begin 1 77', { kind: 'begin', at: 1_700_000_000_123, offset: 0, inode: 77 }],
  ['5 6 size 200x50', { kind: 'size', at: 5, offset: 6, columns: 200, rows: 50 }],
  ['5 6 start', { kind: 'start', at: 5, offset: 6 }],
  ['5 6 lost 7', { kind: 'lost', at: 5, offset: 6, bytes: 7 }],
])('reads %s', (line, note) => {
  expect(parseNote(line)).toEqual(note);
});

test.each(['', '5', '5 ', 'x 6', '5 6 size', '5 6 size 0x50', '5 6 lost', '-5 6', '5 6 later 7'])(
  'passes over what it cannot know: "%s"',
  (line) => {
    expect(parseNote(line)).toBeUndefined();
  },
);
