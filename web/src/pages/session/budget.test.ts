import { expect, test } from 'vitest';
import { readBudget } from './budget.ts';

test('reads numbers as people type them', () => {
  expect(readBudget('250,000', '$2.50')).toEqual({
    value: { max_tokens: 250_000, max_cost_usd: 2.5 },
    errors: {},
  });
});

test('takes an empty field for no limit', () => {
  expect(readBudget(' ', '').value).toEqual({ max_tokens: null, max_cost_usd: null });
});

test.each(['0', '-3', '1.5', 'many'])('refuses %s tokens', (tokens) => {
  expect(readBudget(tokens, '').errors.tokens).toBe('A whole number from 1, or empty');
});

test.each(['0', '-1', 'free'])('refuses %s dollars', (dollars) => {
  expect(readBudget('', dollars).errors.dollars).toBe('A number above 0, or empty');
});
