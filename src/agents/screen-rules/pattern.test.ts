import { expect, test } from 'vitest';
import { pattern } from './pattern.ts';

test.each([
  ['what? (really)', 'He said: what? (really) and left', 'what? (really)'],
  ['/^\\d+ files?$/', '3 files', '3 files'],
  ['/ESC/i', 'press esc', 'esc'],
  ['/a/b', 'a/b /a/b', '/a/b'],
  ['/(?:no )?answer [a-c+*]{2}/', 'no answer +b', 'no answer +b'],
])('%s finds its text', (text, screen, found) => {
  expect(pattern.parse(text).exec(screen)?.[0]).toBe(found);
});

test.each([
  ['', 'is empty'],
  ['/(/', 'is no regular expression'],
  ['/\\q/', 'is no regular expression'],
  [`/${'a'.repeat(400)}/`, 'has 402 characters; the most are 300'],
  ['/(a+)+$/', 'repeats a group'],
  ['/(?:a|aa)*$/', 'repeats a group'],
  ['/(?<name>x?y){9}/', 'repeats a group'],
  ['/((a{1,9}))*/', 'repeats a group'],
])('%s is refused: %s', (text, problem) => {
  const { error } = pattern.safeParse(text);
  expect(error?.issues[0]?.message).toContain(problem);
});

test('a sign in a class, or behind a backslash, repeats nothing', () => {
  expect(pattern.safeParse('/(?:[*+|]\\+)+ [^)]*(?<one>x)+/').success).toBe(true);
});
