import { expect, test } from 'vitest';
import { FakeClock } from '../base/index.ts';
import { Pacer } from './pacer.ts';

test('runs what was asked for once, all in one turn', async () => {
  const clock = new FakeClock();
  using pacer = new Pacer(clock, 8);
  const ran: string[] = [];
  const [one, two] = [() => ran.push('one'), () => ran.push('two')];
  pacer.later(one);
  await clock.advance(5);
  pacer.later(two);
  pacer.later(one);
  expect(ran).toEqual([]);
  await clock.advance(3);
  expect(ran).toEqual(['one', 'two']);
  await clock.advance(100);

  expect(ran).toHaveLength(2);
  expect(clock.pending).toBe(0);
});
