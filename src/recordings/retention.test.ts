import { expect, test } from 'vitest';
import { chooseSurplus } from './retention.ts';

const recordings = [
  { name: 'old', endedAt: 100, bytes: 10 },
  { name: 'newest', endedAt: 400, bytes: 10 },
  { name: 'middle', endedAt: 200, bytes: 10 },
  { name: 'new', endedAt: 300, bytes: 10 },
];

function chosen(keepAfter: number, maxBytes: number): readonly string[] {
  return chooseSurplus(recordings, { keepAfter, maxBytes }).map(({ name }) => name);
}

test('chooses by age what ended before the limit', () => {
  expect(chosen(200, 1_000)).toEqual(['old']);
  expect(chosen(100, 1_000)).toEqual([]);
});

test('chooses by size the oldest, until the rest fits', () => {
  expect(chosen(0, 40)).toEqual([]);
  expect(chosen(0, 39)).toEqual(['old']);
  expect(chosen(0, 25)).toEqual(['middle', 'old']);
  expect(chosen(0, 0)).toEqual(['newest', 'new', 'middle', 'old']);
});
