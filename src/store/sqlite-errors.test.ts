import { expect, test } from 'vitest';
import { isBusy, storeError } from './sqlite-errors.ts';

test.each([
  [{ errcode: 13 }, 'store.full'],
  [{ errcode: 4874 }, 'store.full'],
  [{ code: 'ENOSPC' }, 'store.full'],
  [{ errcode: 8 }, 'store.read-only'],
  [{ errcode: 1032 }, 'store.read-only'],
  [{ code: 'EACCES' }, 'store.read-only'],
  [{ code: 'EROFS' }, 'store.read-only'],
  [{ errcode: 5 }, 'store.busy'],
  [{ errcode: 261 }, 'store.busy'],
  [{ errcode: 11 }, 'store.corrupt'],
  [{ errcode: 26 }, 'store.corrupt'],
  [{ errcode: 14 }, 'store.cannot-open'],
  [{ code: 'ENOTDIR' }, 'store.cannot-open'],
  [{ errcode: 10 | (3 << 8) }, 'store.disk-error'],
])('maps %o to %s and says what to do', (fields, code) => {
  const cause = Object.assign(new Error('from below'), fields);

  const error = storeError(cause, '/data/some.db', 7);

  expect(error).toMatchObject({ code, cause, todo: expect.stringMatching(/^[A-Z].*[^.]$/) });
  expect(String(error)).toContain('/data/some.db');
});

test('leaves a bug as it is', () => {
  const bug = Object.assign(new Error('UNIQUE constraint failed'), { errcode: 1555 });

  expect(storeError(bug, '/data/some.db')).toBe(bug);
  expect(storeError('text', '/data/some.db')).toBe('text');
  expect(isBusy(bug)).toBe(false);
});
