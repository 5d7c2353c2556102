import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRange } from './byte-range.ts';

const whole = { kind: 'whole' };
const outside = { kind: 'outside' };
const part = (first: number, last: number) => ({ kind: 'part', first, last });

test.each([
  [undefined, whole],
  ['bytes=0-0', part(0, 0)],
  ['bytes=2-4', part(2, 4)],
  ['bytes=8-99', part(8, 9)],
  ['bytes=8-', part(8, 9)],
  ['bytes=-4', part(6, 9)],
  ['bytes=-99', part(0, 9)],
  ['bytes=-0', outside],
  ['bytes=10-', outside],
  ['bytes=4-2', whole],
  ['bytes=0-1,3-4', whole],
  ['bytes=-', whole],
  ['lines=1-2', whole],
])('of ten bytes, %j is %j', (header, expected) => {
  expect(readRange(header, 10)).toEqual(expected);
});

test('a part lies inside the file, whatever was asked for', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^bytes=\d{0,20}-\d{0,20}$/), fc.nat(), (header, bytes) => {
      const range = readRange(header, bytes);
      if (range.kind !== 'part') return;
      expect(range.first).toBeGreaterThanOrEqual(0);
      expect(range.first).toBeLessThanOrEqual(range.last);
      expect(range.last).toBeLessThan(bytes);
    }),
  );
});
