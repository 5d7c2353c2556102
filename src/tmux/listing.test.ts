import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseListing } from './listing.ts';

test('reads values back that hold separators and line ends', () => {
  const value = fc.string({ unit: fc.constantFrom('a', '\n', ':', '<', '>', ' ', 'é') });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1 }), (rows) => {
      const written = rows.map((row) => row.map((text) => `${text}<nonce>`).join(''));
      const read = parseListing(['a', 'b'], written.join('\n').split('\n'), '<nonce>');
      expect(read.map((row) => [row.get('a'), row.get('b')])).toEqual(rows);
    }),
    { seed: 7 },
  );
});

test('reads no rows from no lines', () => {
  expect(parseListing(['a'], [], '|')).toEqual([]);
});

test('does not guess when the number of values does not fit', () => {
  expect(() => parseListing(['a', 'b'], ['1|2|', '3|'], '|')).toThrow('3 values of 2 fields');
  expect(() => parseListing(['a'], ['1|cut'], '|')).toThrow('tmux listing');
});
