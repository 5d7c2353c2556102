import { expect, test } from 'vitest';
import { describe } from './try-address.ts';

function failure(code: string): Error {
  return Object.assign(new Error('connect failed'), { code });
}

test.for<readonly [string, string]>([
  ['ECONNREFUSED', 'connection refused'],
  ['ENOTFOUND', 'name not found'],
  ['CERT_HAS_EXPIRED', 'certificate has expired'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate is signed by itself'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate is for another name'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'certificate or TLS: ERR_SSL_WRONG_VERSION_NUMBER'],
  ['HPE_INVALID_CONSTANT', 'no HTTP answer (HPE_INVALID_CONSTANT)'],
  ['ESOMETHING', 'connect failed'],
])('tells %s in words', ([code, words]) => {
  expect(describe(failure(code))).toBe(words);
});

test('takes the first reason where several addresses of a name were tried', () => {
  const error = new AggregateError([failure('ECONNREFUSED'), failure('ENETUNREACH')]);

  expect(describe(error)).toBe('connection refused');
});
