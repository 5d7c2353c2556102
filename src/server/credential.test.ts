import { expect, test } from 'vitest';
import { loginCookie, readCredential } from './credential.ts';

test('reads a login from its cookie among others', () => {
  const cookie = 'theme=dark; tbl=tbl_abc-1; other=x=y';

  expect(readCredential({ cookie })).toEqual({ kind: 'login', secret: 'tbl_abc-1' });
});

test('reads a token, and lets no cookie stand in for one that cannot be read', () => {
  const cookie = 'tbl=tbl_abc';

  expect(readCredential({ authorization: 'Bearer tbt_1', cookie })).toEqual({
    kind: 'token',
    secret: 'tbt_1',
  });
  expect(readCredential({ authorization: 'Basic YTpi', cookie })).toEqual({
    kind: 'token',
    secret: '',
  });
});

test.each(['', 'tbl=', 'tbl=a b', 'xtbl=abc', `tbl=${'a'.repeat(501)}`])(
  'reads nobody from the cookie "%s"',
  (cookie) => {
    expect(readCredential({ cookie })).toBeUndefined();
  },
);

test('gives cookies that scripts do not see and other sites do not send', () => {
  expect(loginCookie('s', { isSecure: false, maxAgeMs: 90_500 })).toBe(
    'tbl=s; Path=/; HttpOnly; SameSite=Strict; Max-Age=90',
  );
  expect(loginCookie('', { isSecure: true, maxAgeMs: 0 })).toBe(
    'tbl=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure',
  );
});
