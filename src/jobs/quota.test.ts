import { expect, test } from 'vitest';
import { unknownWaitMs } from './quota.ts';

const HOUR = 3_600_000;
const now = 1_000 * HOUR;

test.each([
  ['met for the first time', [], 1],
  ['met by four jobs at once', [0.01, 0.02, 0.05, 0.1], 1],
  ['met again after the first wait', [1.02], 2],
  ['met again by all four', [0.01, 0.02, 1.02, 1.03, 1.1], 2],
  ['met a third time', [2.03, 3.05], 4],
  ['met a fourth time', [4.05, 6.1, 7.1], 6],
  ['met for a day', [6, 12, 18, 24], 6],
])('a limit without a reset time, %s, is looked at again after hours', (_, hours, wait) => {
  const met = hours.map((ago) => now - ago * HOUR);

  expect(unknownWaitMs(met, now)).toBe(wait * HOUR);
});
