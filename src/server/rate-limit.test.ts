import { expect, test } from 'vitest';
import { FakeClock } from '../base/index.ts';
import { RateLimit } from './rate-limit.ts';

test('gives a minute’s worth at once, and then one for each part of a minute', async () => {
  const clock = new FakeClock();
  const limit = new RateLimit({ perMinute: 3 }, clock);

  expect([1, 2, 3].map(() => limit.take('a'))).toEqual([0, 0, 0]);
  expect(limit.take('a')).toBe(20_000);
  await clock.advance(19_000);
  expect(limit.take('a')).toBeCloseTo(1_000);
  await clock.advance(1_000);
  expect(limit.take('a')).toBe(0);
  expect(limit.take('a')).toBeGreaterThan(0);
});

test('counts each key by itself', () => {
  const limit = new RateLimit({ perMinute: 1 }, new FakeClock());

  expect([limit.take('a'), limit.take('b')]).toEqual([0, 0]);
  expect(limit.take('a')).toBeGreaterThan(0);
});

test('never has more than a minute’s worth, however long nobody asked', async () => {
  const clock = new FakeClock();
  const limit = new RateLimit({ perMinute: 2 }, clock);
  limit.take('a');
  await clock.advance(3_600_000);

  expect([limit.take('a'), limit.take('a')]).toEqual([0, 0]);
  expect(limit.take('a')).toBeGreaterThan(0);
});

test('forgets the key that was longest unused beyond its bound', () => {
  const limit = new RateLimit({ perMinute: 1, maxKeys: 2 }, new FakeClock());
  for (const key of ['a', 'b', 'a', 'c']) limit.take(key);

  expect(limit.size).toBe(2);
  expect(limit.take('a')).toBeGreaterThan(0);
  expect(limit.take('b')).toBe(0);
});
