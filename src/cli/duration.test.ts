import { expect, test } from 'vitest';
import { formatDuration, formatMoment, parseDuration } from './duration.ts';

test.each([
  ['0', 0],
  ['250ms', 250],
  ['90s', 90_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['2d', 172_800_000],
])('reads %s as %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '5', '-5s', 's', '5 m', '5x', '1e3s', '5s!', '99999999999s', '1..5h'])(
  'refuses %j as a duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test.each([
  [0, '0ms'],
  [999, '999ms'],
  [1_000, '1s'],
  [61_500, '1m 1s'],
  [3_600_000, '1h'],
  [90_061_000, '1d 1h'],
])('writes %i ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('says how far a moment lies from now, either way', () => {
  const now = 10_000_000;
  expect(formatMoment(now, now)).toBe('now');
  expect(formatMoment(now - 200_000, now)).toBe('3m ago');
  expect(formatMoment(now + 20_000, now)).toBe('in 20s');
});
