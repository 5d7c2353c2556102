import { expect, test } from 'vitest';
import { InputCount } from './input-count.ts';

test('takes each input once and passes over none', () => {
  const count = new InputCount();
  expect([1, 2, 2, 1, 3].map((seq) => count.isNew(seq))).toEqual([true, true, false, false, true]);
  expect(() => count.isNew(5)).toThrow('Input 5 came where 4 was expected');
  expect(count.isNew(4)).toBe(true);
});
