import { expect, test } from 'vitest';
import type { Usage } from '../agents/index.ts';
import { addTotals, totalOf } from './totals.ts';

function used(model: string | undefined, count: number, costUsd?: number): Usage {
  const tokens = {
    inputTokens: count,
    outputTokens: count,
    cacheReadTokens: count,
    cacheWriteTokens: count,
  };
  return { ...tokens, costUsd, models: [{ model, ...tokens, costUsd }] };
}

test('tokens of every kind add up, and so does what they cost', () => {
  expect(totalOf([used('a', 1, 0.5), used('b', 10, 2)])).toEqual({
    inputTokens: 11,
    outputTokens: 11,
    cacheReadTokens: 11,
    cacheWriteTokens: 11,
    tokens: 44,
    costUsd: 2.5,
    knownUsd: 2.5,
    unpriced: [],
  });
});

test('a part without a price makes the sum unknown, never lower, and is named', () => {
  const total = totalOf([used('a', 1, 0.5), used('new', 1), used(undefined, 1), used('new', 1)]);

  expect(total).toMatchObject({ costUsd: undefined, knownUsd: 0.5 });
  expect(total.unpriced).toEqual(['(unnamed)', 'new']);
});

test('nothing used costs nothing', () => {
  expect(totalOf([])).toMatchObject({ tokens: 0, costUsd: 0, knownUsd: 0, unpriced: [] });
});

test('two totals add up like their parts', () => {
  const parts = [used('a', 1, 0.5), used('b', 2), used('c', 3, 1)];
  const [first, ...rest] = parts;

  expect(addTotals(totalOf(first === undefined ? [] : [first]), totalOf(rest))).toEqual(
    totalOf(parts),
  );
});
