import { expect, test } from 'vitest';
import { awsError, faultOf, withoutSecrets } from './aws-error.ts';

function answered(name: string, status: number): Error {
  return Object.assign(new Error('said'), { name, $metadata: { httpStatusCode: status } });
}

test.for([
  [answered('AccessDenied', 403), 'denied'],
  [answered('UnauthorizedOperation', 403), 'denied'],
  [answered('403', 403), 'denied'],
  [answered('ExpiredTokenException', 400), 'expired'],
  [answered('SignatureDoesNotMatch', 403), 'credentials'],
  [Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), 'credentials'],
  [answered('Throttling', 400), 'throttled'],
  [answered('SlowDown', 503), 'throttled'],
  [answered('TooManyDistributions', 400), 'quota'],
  [answered('InternalError', 500), 'unreachable'],
  [Object.assign(new Error('reset'), { code: 'ECONNRESET' }), 'unreachable'],
  [Object.assign(new Error('late'), { name: 'TimeoutError' }), 'unreachable'],
  [answered('ValidationError', 400), 'other'],
] as const)('%s is %s', ([error, fault]) => {
  expect(faultOf(error)).toBe(fault);
});

test('signatures, tokens and key ids are cut out of what a service says', () => {
  const said =
    'no AKIAABCDEFGH12345678 at https://b/k?X-Amz-Security-Token=abc%2F&X-Amz-Signature=01ff&x=1';

  expect(withoutSecrets(said)).toBe(
    'no ... at https://b/k?X-Amz-Security-Token=...&X-Amz-Signature=...&x=1',
  );
});

test('our error holds nothing of the request that the SDK threw with', () => {
  const thrown = Object.assign(answered('AccessDenied', 403), { $response: { secret: 'x' } });

  const error = awsError('s3:PutObject', thrown);

  expect(error.cause).toBeUndefined();
  expect(JSON.stringify(error.facts)).not.toContain('secret');
});
