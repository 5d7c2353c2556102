import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { listingFormat, parseListing } from './listing.ts';

test('asks for the length before each value', () => {
  expect(listingFormat(['pane_id', '@x'])).toBe('#{n:pane_id}:#{pane_id}#{n:@x}:#{@x}');
});

test('reads values back that hold separators and line ends', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string()), { minLength: 1 }),
      (rows) => {
        fc.pre(rows.flat().every((text) => text.isWellFormed()));
        const written = rows.map((row) =>
          row.map((text) => `${Buffer.byteLength(text)}:${text}`).join(''),
        );
        const lines = written
          .join('\n')
          .split('\n')
          .map((line) => Buffer.from(line));
        const read = parseListing(['a', 'b'], lines);
        expect(read.map((row) => [row.get('a'), row.get('b')])).toEqual(rows);
      },
    ),
    { seed: 7, numRuns: 40 },
  );
});

test('reads no rows from no lines', () => {
  expect(parseListing(['a'], [])).toEqual([]);
});

test('does not guess when the lengths do not fit', () => {
  expect(() => parseListing(['a'], [Buffer.from('3:ab')])).toThrow('tmux listing');
  expect(() => parseListing(['a'], [Buffer.from('x:ab')])).toThrow('tmux listing');
});
