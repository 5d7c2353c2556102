import { expect, test } from 'vitest';
import type { FeedEvent } from '../jobs/index.ts';
import { EventRing } from './event-ring.ts';

function event(position: number, size = 10): FeedEvent {
  const data = {};
  const stream = 'job_a';
  return { position, stream, sequence: 1, kind: 'x', at: 0, data, size, sessionId: 'ses_a' };
}

function from(first: number, last: number, size?: number): readonly FeedEvent[] {
  return Array.from({ length: last - first + 1 }, (_, index) => event(first + index, size));
}

const positions = (
  ring: EventRing,
  after: number,
  limit = 100_000,
): readonly number[] | undefined => ring.read(after, limit)?.events.map(({ position }) => position);

test('gives what came after a position, and nothing for what it does not hold', () => {
  const ring = new EventRing(5);
  ring.add([event(6), event(8)], 9);

  expect(positions(ring, 5)).toEqual([6, 8]);
  expect(positions(ring, 6)).toEqual([8]);
  expect(positions(ring, 7)).toEqual([8]);
  expect(positions(ring, 9)).toEqual([]);
  expect(positions(ring, 5, 1)).toEqual([6]);
  expect(positions(ring, 4)).toBeUndefined();
  expect(positions(ring, 10)).toBeUndefined();
  expect(ring.last).toBe(9);
});

test('lets the oldest events go beyond 10,000', () => {
  const ring = new EventRing(0);
  ring.add(from(1, 9_999), 9_999);
  ring.add(from(10_000, 10_005), 10_005);

  expect(positions(ring, 4)).toBeUndefined();
  expect(positions(ring, 5)).toHaveLength(10_000);
});

test('lets the oldest events go when their data is large, down to none', () => {
  const ring = new EventRing(0);
  const mega = 1_024 * 1_024;
  ring.add(from(1, 20, mega), 20);
  expect(positions(ring, 3)).toBeUndefined();
  expect(positions(ring, 4)).toHaveLength(16);

  ring.add([event(21, 17 * mega)], 21);
  expect(positions(ring, 20)).toBeUndefined();
  expect(positions(ring, 21)).toEqual([]);
  ring.add([event(22)], 22);
  expect(positions(ring, 21)).toEqual([22]);
});
