import { expect, test } from 'vitest';
import { formatCost, formatTokens, usageLine } from './show-usage.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1.0k'],
  [999_949, '999.9k'],
  [999_950, '1.00m'],
  [12_345_678, '12.35m'],
])('%i tokens are %s', (count, text) => {
  expect(formatTokens(count)).toBe(text);
});

test.each([
  [0, '$0.00'],
  [0.001_23, '$0.0012'],
  [12.345, '$12.35'],
])('%f dollars are %s', (usd, text) => {
  expect(formatCost(usd)).toBe(text);
});

const total = {
  inputTokens: 1_000,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  tokens: 1_000,
  costUsd: 1.5,
  knownUsd: 1.5,
  unpriced: [],
};
const none = { maxTokens: undefined, maxCostUsd: undefined };

test('says what was used and what may be', () => {
  expect(usageLine(total, none)).toBe('1.0k tokens, $1.50');
  expect(usageLine(total, { maxTokens: 5_000, maxCostUsd: 2 })).toBe(
    '1.0k of 5.0k tokens, $1.50 of $2.00',
  );
});

test('says nothing where nothing was used and nothing is limited', () => {
  const nothing = { ...total, tokens: 0, costUsd: 0, knownUsd: 0 };
  expect(usageLine(nothing, none)).toBeUndefined();
  expect(usageLine(nothing, { ...none, maxTokens: 10 })).toBe('0 of 10 tokens, $0.00');
});

test('a cost that nobody knows is no number', () => {
  const unknown = { ...total, costUsd: undefined, unpriced: ['new', 'other'] };
  expect(usageLine(unknown, none)).toBe('1.0k tokens, ? (known: $1.50; no price for new, other)');
});
