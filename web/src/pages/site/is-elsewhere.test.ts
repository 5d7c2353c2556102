import { expect, test } from 'vitest';
import { isElsewhere } from './is-elsewhere.ts';

test.each([
  ['http://127.0.0.1:8100/', '10.0.0.7', true],
  ['http://localhost:8100/', 'build.example', true],
  ['http://127.0.0.1:8100/', 'localhost', false],
  ['http://shop.localhost:8100/', '127.0.0.1', false],
  ['https://d1.cloudfront.example/', '10.0.0.7', false],
])('%s seen from %s', (url, host, expected) => {
  expect(isElsewhere(url, host)).toBe(expected);
});
