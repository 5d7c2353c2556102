import { expect, test } from 'vitest';
import { checkPaste } from './check-paste.ts';

test('one short line is pasted without a question', () => {
  expect(checkPaste('npm test')).toEqual({ text: 'npm test', reason: undefined });
});

test('several lines, a last Enter and a long text are asked about', () => {
  expect(checkPaste('a\r\nb').reason).toBe('It has 2 lines.');
  expect(checkPaste('rm -rf x\n').reason).toBe('It has 1 line and ends with Enter.');
  expect(checkPaste('x'.repeat(501)).reason).toBe('It has 501 characters.');
});

test('control characters are taken out, and that is said', () => {
  const { text, reason } = checkPaste('ls\u001b[201~\u0003 -l');

  expect(text).toBe('ls[201~ -l');
  expect(reason).toMatch(/control characters/);
});
