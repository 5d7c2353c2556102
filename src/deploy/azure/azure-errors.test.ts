import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { CodedError, FakeClock } from '../../base/index.ts';
import { toCodedError } from './azure-errors.ts';
import { AzureRefusal } from './azure-refusal.ts';
import { findPrincipal } from './azure-credential.ts';
import { retrying } from './retry.ts';
import { throwAwaySshKey } from './ssh-key.ts';

function codeOf(status: number | undefined, body: unknown): string {
  const error = toCodedError(new AzureRefusal(status, body), 'deploy x');
  return error instanceof CodedError ? `${error.code}: ${error.message}` : 'none';
}

test.each([
  [403, 'AuthorizationFailed', 'deploy.denied'],
  [409, 'StorageAccountAlreadyTaken', 'deploy.name-taken'],
  [409, 'SkuNotAvailable', 'deploy.quota'],
  [409, 'ResourceGroupBeingDeleted', 'deploy.half-made'],
  [409, 'MissingSubscriptionRegistration', 'deploy.denied'],
  [401, 'InvalidAuthenticationToken', 'deploy.no-credentials'],
  [404, 'SubscriptionNotFound', 'deploy.no-credentials'],
  [429, 'TooManyRequests', 'deploy.unreachable'],
  [400, 'InvalidParameter', 'deploy.failed'],
])('%i %s is %s', (status, code, ours) => {
  expect(codeOf(status, { error: { code, message: 'why' } })).toMatch(new RegExp(`^${ours}: `));
});

test('the innermost problem decides, however deep it lies, also as JSON in a message', () => {
  const inner = JSON.stringify({
    error: { code: 'BadRequest', details: [{ code: 'QuotaExceeded', message: 'cores: 0' }] },
  });
  const body = {
    error: {
      code: 'DeploymentFailed',
      message: 'see',
      details: [{ code: 'Conflict', message: inner }],
    },
  };

  expect(codeOf(undefined, body)).toBe(
    'deploy.quota: Azure has no room for the site: QuotaExceeded: cores: 0',
  );
});

test('a quota that has no code of its own is known by its text', () => {
  const message =
    'Operation could not be completed as it results in exceeding approved standardBSFamily Cores quota.';
  expect(codeOf(409, { error: { code: 'OperationNotAllowed', message } })).toMatch(
    /^deploy\.quota/,
  );
});

test('the permission that is missing is named', () => {
  const message =
    "The client does not have authorization to perform action 'Microsoft.Cdn/profiles/write' over";
  expect(codeOf(403, { error: { code: 'AuthorizationFailed', message } })).toContain(
    'It needs the permission Microsoft.Cdn/profiles/write.',
  );
});

test('errors of the SDKs do not go on: they hold the request and its token', () => {
  const sdk = Object.assign(new Error('odd'), { name: 'RestError', request: 'Bearer secret' });

  const ours = toCodedError(sdk, 'deploy x');

  expect(ours).toMatchObject({ code: 'deploy.unreachable' });
  expect(inspect(ours, { depth: 9 })).not.toContain('secret');
});

test('what is no fault of Azure is left as it is', () => {
  const bug = new TypeError('x is not a function');
  expect(toCodedError(bug, 'deploy x')).toBe(bug);
});

test('throttled, it waits as long as Azure says, then asks again, six times in all', async () => {
  const clock = new FakeClock();
  const asked: number[] = [];
  const action = async (): Promise<never> => {
    asked.push(clock.monotonic());
    return await Promise.reject(new AzureRefusal(429, { error: { code: 'TooMany' } }, 7_000));
  };

  const done = retrying('look', action, { clock, pauseMs: 1_000 }, new AbortController().signal);
  const refused = expect(done).rejects.toMatchObject({ code: 'deploy.unreachable' });
  for (let turn = 1; turn < 6; turn += 1) {
    await expect.poll(() => asked.length).toBe(turn);
    await clock.advance(7_000);
  }
  await refused;

  const [first = 0] = asked;
  expect(asked.map((at) => at - first)).toEqual([0, 7_000, 14_000, 21_000, 28_000, 35_000]);
});

test('who we are is read from a token of Entra, and from nothing else', () => {
  const oid = '11059fcc-5514-4800-b5f8-49808b9cfab6';
  const token = (claims: unknown): string =>
    `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

  expect(findPrincipal(token({ oid }))).toBe(oid);
  for (const other of [token({}), token({ oid: "'); drop" }), token(null), 'opaque', '']) {
    expect(findPrincipal(other)).toBeUndefined();
  }
});

test('the SSH key that nobody has is of the form of OpenSSH, and another one each time', () => {
  const [one, two] = [throwAwaySshKey(), throwAwaySshKey()];
  const bytes = Buffer.from(one.split(' ')[1] ?? '', 'base64');

  expect(bytes.readUInt32BE(0)).toBe(7);
  expect(bytes.subarray(4, 11).toString()).toBe('ssh-rsa');
  expect(bytes.readUInt32BE(11)).toBe(3);
  expect(bytes.readUInt32BE(18)).toBe(257);
  expect(bytes).toHaveLength(22 + 257);
  expect(two).not.toBe(one);
});
