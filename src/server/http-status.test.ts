import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { statusOf } from './http-status.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const codes = Array.from(page.matchAll(/^### `([^`]+)`$/gm), ([, code = '']) => code);

test.each(codes)('%s has an HTTP status', (code) => {
  expect(statusOf(code)).toBeGreaterThanOrEqual(400);
});

test('a code that nobody thought of has none', () => {
  expect(statusOf('strange.thing')).toBeUndefined();
});
