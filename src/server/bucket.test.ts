import { expect, test } from 'vitest';
import { FakeClock } from '../base/index.ts';
import { Bucket } from './bucket.ts';

test('gives what it holds at once, then as it fills up, and never more than it holds', async () => {
  const clock = new FakeClock();
  const bucket = new Bucket(10, 5, clock);

  expect([bucket.take(10), bucket.take(1)]).toEqual([true, false]);
  await clock.advance(1_000);
  expect([bucket.take(6), bucket.take(5)]).toEqual([false, true]);
  await clock.advance(60_000);
  expect([bucket.take(11), bucket.take(10)]).toEqual([false, true]);
});
