import { expect, test } from 'vitest';
import type { CastEvent } from './parse-cast.ts';
import { advance, formatMoment, indexAfter, nearMarker, nextSpeed } from './playhead.ts';

const events: readonly CastEvent[] = [0, 100, 100, 60_000].map((atMs) => ({
  kind: 'output',
  atMs,
  text: 'x',
}));

test('counts all events of a moment as before it', () => {
  expect([-1, 0, 99, 100, 70_000].map((atMs) => indexAfter(events, atMs))).toEqual([0, 1, 1, 3, 4]);
});

test('plays at the pace of the recording', () => {
  const at = advance({ events, atMs: 0, byMs: 16, durationMs: 60_000, skipsPauses: true });
  expect(at).toBe(16);
});

test('makes two seconds of a long pause when pauses are skipped', () => {
  const step = { events, atMs: 100, byMs: 16, durationMs: 60_000 };
  expect(advance({ ...step, skipsPauses: true })).toBe(58_016);
  expect(advance({ ...step, skipsPauses: false })).toBe(116);
});

test('stops at the end', () => {
  expect(advance({ events, atMs: 59_999, byMs: 16, durationMs: 60_000, skipsPauses: true })).toBe(
    60_000,
  );
});

test('finds the markers around a moment', () => {
  const markers = [
    { atMs: 1_000, label: 'prompt delivered' },
    { atMs: 5_000, label: 'settled' },
  ];
  expect(nearMarker(markers, 1_000, 'next')?.label).toBe('settled');
  expect(nearMarker(markers, 5_200, 'previous')?.label).toBe('prompt delivered');
  expect(nearMarker(markers, 5_000, 'next')).toBeUndefined();
});

test('steps between speeds and stays within them', () => {
  expect([nextSpeed(1, 1), nextSpeed(1, -1), nextSpeed(16, 1), nextSpeed(0.5, -1)]).toEqual([
    2, 0.5, 16, 0.5,
  ]);
});

test('writes a moment as clocks do', () => {
  expect([formatMoment(65_400), formatMoment(3_723_000)]).toEqual(['1:05', '1:02:03']);
  expect(formatMoment(7_390, 120_000)).toBe('0:07');
  expect(formatMoment(7_390, 20_000)).toBe('0:07.3');
});
