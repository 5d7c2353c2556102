import { expect, test } from 'vitest';
import { loginEnd } from './logins.ts';

const DAY_MS = 86_400_000;

test('a login lives 7 days after it was used last, and 30 at most', () => {
  expect(loginEnd(0, 0)).toBe(7 * DAY_MS);
  expect(loginEnd(0, 20 * DAY_MS)).toBe(27 * DAY_MS);
  expect(loginEnd(0, 29 * DAY_MS)).toBe(30 * DAY_MS);
});
