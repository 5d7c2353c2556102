import { expect, test } from 'vitest';
import { lockMs } from './lock-out.ts';

test('four failures are free, then each locks twice as long, up to 15 minutes', () => {
  const minutes = Array.from({ length: 12 }, (_, index) => lockMs(index + 1) / 60_000);
  expect(minutes).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15, 15]);
});

test('stays at its longest however often somebody fails', () => {
  expect(lockMs(1_000_000)).toBe(15 * 60_000);
});
