import { expect, test } from 'vitest';
import { readPlayerKeys } from './player-keys.ts';

test.each([
  [' ', ['pause']],
  ['.', ['step']],
  ['\u001b[C\u001b[D', ['ahead', 'back']],
  ['\u001bOC\u001bOD', ['ahead', 'back']],
  ['[]', ['previous', 'next']],
  ['q', ['leave']],
  ['\u0003', ['leave']],
])('reads %j', (text, keys) => {
  expect(readPlayerKeys(text)).toEqual(keys);
});

test('passes over what means nothing here, also answers of a terminal', () => {
  expect(readPlayerKeys('x\u001b[A\u001b[?1;2c\u001b[24;80R\u001b\u001b[200~é .')).toEqual([
    'pause',
    'step',
  ]);
});
