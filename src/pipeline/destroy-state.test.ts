import { expect, test } from 'vitest';
import { destroyWaitMs } from './destroy-state.ts';

test('waits longer after each failure, an hour at most', () => {
  expect([1, 2, 3, 7, 8, 1_000].map(destroyWaitMs)).toEqual([
    30_000, 60_000, 120_000, 1_920_000, 3_600_000, 3_600_000,
  ]);
});
