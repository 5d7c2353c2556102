import { expect, test } from 'vitest';
import { lastRows } from './last-rows.ts';

test('a small picture shows the end of what is on the screen', () => {
  const rows = Array.from({ length: 30 }, (_, row) => `row ${row}`);

  expect(lastRows([...rows, '', ' '])).toEqual(rows.slice(-12));
  expect(lastRows(['one', '', ''])).toEqual(['one']);
  expect(lastRows(['', ''])).toEqual([]);
});
