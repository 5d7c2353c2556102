import { expect, test } from 'vitest';
import { formatSize, parseSize } from './size.ts';

test.each([
  ['0', 0],
  ['12B', 12],
  ['1.5kb', 1_500],
  ['500MB', 500e6],
  ['10GB', 10e9],
  ['2TB', 2e12],
])('reads %s', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', '10', 'GB', '-1GB', '1.GB', '1 GB', '1GiB', '1G'])('refuses %j', (text) => {
  expect(parseSize(text)).toBeUndefined();
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1 KB'],
  [1_234_567, '1.23 MB'],
  [10e9, '10 GB'],
])('writes %d', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});
