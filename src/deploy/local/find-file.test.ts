import { expect, test } from 'vitest';
import { findFile, indexFiles } from './find-file.ts';

const paths = [
  'index.html',
  'about.html',
  'docs/index.html',
  'a b.txt',
  'ü.txt',
  '.env',
  'x/.git/c',
];
const files = indexFiles({
  files: paths.map((path) => ({ path, bytes: 1, digest: '', isExecutable: false })),
});

test.each([
  ['/', 'index.html'],
  ['/index.html', 'index.html'],
  ['/?q=/etc', 'index.html'],
  ['/about', 'about.html'],
  ['/docs/', 'docs/index.html'],
  ['/a%20b.txt', 'a b.txt'],
  ['/%C3%BC.txt', 'ü.txt'],
])('%s shows %s', (target, path) => {
  expect(findFile(files, target)).toMatchObject({ kind: 'file', file: { path } });
});

test.each([
  '/.env',
  '/x/.git/c',
  '/about/',
  '//',
  '/../index.html',
  '/%2e%2e/x',
  '/%',
  'x',
  '*',
  '',
])('%j shows nothing', (target) => {
  expect(findFile(files, target)).toEqual({ kind: 'none' });
});

test('a directory without its slash leads to the one with it, on this site', () => {
  expect(findFile(files, '/docs?a=1')).toEqual({ kind: 'redirect', location: '/docs/?a=1' });
  expect(findFile(files, '//docs')).toEqual({ kind: 'none' });
});
