import { expect, test } from 'vitest';
import { backoffMs } from './retry-policy.ts';

const at = (fraction: number) => ({ fraction: () => fraction });

test('doubles with every attempt and stops growing at five minutes', () => {
  const waits = [1, 2, 3, 20].map((attempts) => backoffMs(attempts, 2_000, at(1)));

  expect(waits).toEqual([2_000, 4_000, 8_000, 300_000]);
});

test('is random by half, so that jobs that failed together come back apart', () => {
  expect(backoffMs(1, 2_000, at(0))).toBe(1_000);
  expect(backoffMs(1, 2_000, at(0.5))).toBe(1_500);
});
