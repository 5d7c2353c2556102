import { expect, test } from 'vitest';
import { coalesce } from './coalesce.ts';

/** Time that stands still until it is moved. */
function bench() {
  let time = 0;
  const timers: { readonly at: number; readonly run: () => void }[] = [];
  const flushed: (readonly string[])[] = [];
  const add = coalesce<string>({
    keyOf: (item) => item,
    flush: (items) => flushed.push(items),
    everyMs: 500,
    gatherMs: 50,
    now: () => time,
    after: (ms, run) => timers.push({ at: time + ms, run }),
  });
  const goTo = (at: number): void => {
    time = at;
    for (const timer of timers.splice(0)) {
      if (timer.at <= at) timer.run();
      else timers.push(timer);
    }
  };
  return { add, goTo, flushed };
}

test('a burst becomes one flush with each item once', () => {
  const { add, goTo, flushed } = bench();
  for (let count = 0; count < 1_000; count += 1) add(['jobs', `job-${count % 3}`]);
  goTo(50);
  expect(flushed).toEqual([['jobs', 'job-0', 'job-1', 'job-2']]);
});

test('what comes without an end is flushed once in 500 ms', () => {
  const { add, goTo, flushed } = bench();
  for (let at = 0; at <= 5_000; at += 10) {
    goTo(at);
    add(['jobs']);
  }
  expect(flushed.length).toBeGreaterThanOrEqual(9);
  expect(flushed.length).toBeLessThanOrEqual(11);
});

test('the last of a burst is never lost', () => {
  const { add, goTo, flushed } = bench();
  add(['a']);
  goTo(50);
  add(['b']);
  goTo(100);
  expect(flushed).toEqual([['a']]);
  goTo(550);
  expect(flushed).toEqual([['a'], ['b']]);
});
