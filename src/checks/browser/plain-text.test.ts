import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';

test('leaves out colours, the stack and the log of calls', () => {
  const message = `page.goto: \u001b[31mTimeout\u001b[0m exceeded
    at take (/home/someone/src/plan-tests.ts:12:3)
Call log:
  - navigating to "http://x/"`;

  expect(plainText(new Error(message))).toBe('page.goto: Timeout exceeded');
});

test('keeps at most 4,000 characters', () => {
  expect(plainText('x'.repeat(10_000))).toHaveLength(4_000);
});
