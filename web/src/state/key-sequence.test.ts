import { expect, test } from 'vitest';
import { KeySequence } from './key-sequence.ts';

const known = new Set(['c', 'g j', 'g n', 'j']);

function press(...keys: readonly (readonly [string, number])[]): (string | undefined)[] {
  const sequence = new KeySequence(1_000);
  return keys.map(([key, at]) => sequence.press(key, known, at));
}

test('one key, or two one after the other', () => {
  expect(press(['c', 0], ['g', 10], ['j', 20])).toEqual(['c', undefined, 'g j']);
});

test('a second key that comes late stands for itself', () => {
  expect(press(['g', 0], ['j', 1_500])).toEqual([undefined, 'j']);
});

test('a key that nobody knows ends what was begun', () => {
  expect(press(['g', 0], ['q', 10], ['n', 20])).toEqual([undefined, undefined, undefined]);
});

test('the first key pressed twice begins anew', () => {
  expect(press(['g', 0], ['g', 10], ['n', 20])).toEqual([undefined, undefined, 'g n']);
});
