import { expect, test } from 'vitest';
import { findOutput } from './echo-filter.ts';

test('finds what the program printed', () => {
  expect(findOutput('hello world\n', 'world', [])).toEqual({ start: 6, end: 11, text: 'world' });
});

test('does not find the echo of what was typed', () => {
  expect(findOutput('$ echo DONE\n', 'DONE', ['echo DONE'])).toBeUndefined();
});

test('finds the output behind the echo', () => {
  expect(findOutput('$ echo DONE\nDONE\n', /DONE/, ['echo DONE'])?.start).toBe(12);
});

test('does not find an echo that the program wrapped or drew again', () => {
  const text = '> please write REA\n  DY now\n> please write READY now\n';

  expect(findOutput(text, /READY|REA/, ['please write READY now'])).toBeUndefined();
});

test('does not find an echo that is still on its way', () => {
  expect(findOutput('$ printf OK; sl', 'OK', ['printf OK; sleep 9'])).toBeUndefined();
});

test('does not take the end of honest output for an echo on its way', () => {
  expect(findOutput('file', 'file', ['e1'])?.text).toBe('file');
});

test('does not find each line of a pasted text', () => {
  expect(findOutput('one line\n> two lines\n', /two/, ['one line\ntwo lines\n'])).toBeUndefined();
});

test('finds output that only holds a short answer', () => {
  expect(findOutput('y\nready\n', /ready/, ['y'])?.text).toBe('ready');
  expect(findOutput('y\n', 'y', ['y'])).toBeUndefined();
});

test('lets a greedy pattern not reach over an echo', () => {
  expect(findOutput('$ echo DONE\n', /.*DONE/, ['echo DONE'])).toBeUndefined();
});
