import { expect, test } from 'vitest';
import { splitFences } from './split-fences.ts';

test('parts prose from code blocks', () => {
  expect(splitFences('Do this:\n```sh\nls -l\n```\nThen look.')).toEqual([
    { kind: 'prose', text: 'Do this:' },
    { kind: 'code', text: 'ls -l' },
    { kind: 'prose', text: 'Then look.' },
  ]);
});

test('lets a block that nobody closed go on to the end', () => {
  expect(splitFences('```\na\nb')).toEqual([{ kind: 'code', text: 'a\nb' }]);
});

test('closes a block only by a fence as long as the one that opened it', () => {
  expect(splitFences('````\n```\n````')).toEqual([{ kind: 'code', text: '```' }]);
});

test('gives nothing for an empty text', () => {
  expect(splitFences(' \n')).toEqual([]);
});
