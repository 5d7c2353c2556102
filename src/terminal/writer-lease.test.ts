import { expect, test } from 'vitest';
import { FakeClock } from '../base/index.ts';
import { type Writer, WriterLease } from './writer-lease.ts';

const ada = { userId: 'a', name: 'ada' };
const bob = { userId: 'b', name: 'bob' };

function opened(): {
  readonly clock: FakeClock;
  readonly lease: WriterLease<Writer>;
  readonly holders: (string | undefined)[];
} {
  const clock = new FakeClock();
  const holders: (string | undefined)[] = [];
  const lease: WriterLease<Writer> = new WriterLease({
    clock,
    leaseMs: 30_000,
    onChange: () => holders.push(lease.holder?.name),
  });
  return { clock, lease, holders };
}

test('belongs to one at a time, until it is released or taken', () => {
  const { lease, holders } = opened();
  lease.acquire(ada, { take: false });
  expect(() => lease.acquire(bob, { take: false })).toThrow('ada holds the input');
  lease.acquire(bob, { take: true });
  lease.release(ada);
  expect(lease.holder).toBe(bob);
  lease.release(bob);

  expect(holders).toEqual(['ada', 'bob', undefined]);
});

test('ends by itself, unless its holder types or renews it', async () => {
  const { clock, lease, holders } = opened();
  lease.acquire(ada, { take: false });
  await clock.advance(29_000);
  lease.typed();
  await clock.advance(29_000);
  expect(lease.expiresInMs).toBe(1_000);
  lease.renew(ada);
  lease.renew(bob);
  await clock.advance(29_999);
  expect(lease.holder).toBe(ada);
  await clock.advance(1);

  expect(lease.holder).toBeUndefined();
  expect(lease.expiresInMs).toBeUndefined();
  expect(holders).toEqual(['ada', 'ada', undefined]);
  expect(clock.pending).toBe(0);
});

test('runs its whole time again for who takes it over', async () => {
  const { clock, lease } = opened();
  lease.acquire(ada, { take: false });
  await clock.advance(20_000);
  lease.acquire(bob, { take: true });
  await clock.advance(29_000);
  expect(lease.holder).toBe(bob);
  lease[Symbol.dispose]();
  expect(clock.pending).toBe(0);
});
