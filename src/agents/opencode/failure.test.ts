import { describe, expect, test } from 'vitest';
import { readError, readRetry } from './failure.ts';

const now = 1_795_000_000_000;

/** As opencode 1.18.33 tells of it. */
function apiError(statusCode: number, message: string, more: object = {}): object {
  return { error: { name: 'APIError', data: { message, statusCode, ...more } } };
}

describe('a turn that ended with an error', () => {
  test.each([
    [400, 'bad request', 'permanent'],
    [401, 'Incorrect API key provided', 'permanent'],
    [404, 'The model does not exist', 'permanent'],
    [408, 'Request timeout', 'transient'],
    [500, 'Internal server error', 'transient'],
    [529, 'Overloaded', 'transient'],
    [429, 'Slow down', 'quota'],
    [403, "You've hit your usage limit", 'quota'],
    [429, 'You exceeded your current quota, check your plan and billing details.', 'permanent'],
    [402, 'Insufficient balance', 'permanent'],
  ])('%i %s is %s', (status, message, failure) => {
    expect(readError(apiError(status, message), now)).toMatchObject({ failure, message });
  });

  test('is transient when no API answered', () => {
    const error = { name: 'UnknownError', data: { message: 'socket hang up' } };

    expect(readError({ error }, now)).toMatchObject({ failure: 'transient' });
  });

  test.each([
    ['ProviderAuthError', 'no key'],
    ['ContextOverflowError', 'too long'],
    ['UnknownError', 'Model not found: local/none'],
  ])('%s %s is permanent', (name, message) => {
    const error = { name, data: { message } };

    expect(readError({ error }, now)).toMatchObject({ failure: 'permanent', message });
  });

  test('says when a limit is lifted, if the API has said so', () => {
    const responseHeaders = { 'retry-after': '90' };
    const inHeader = readError(apiError(429, 'Slow down', { responseHeaders }), now);
    const inBody = readError(apiError(429, 'No', { responseBody: 'try again in 2 hours' }), now);

    expect(inHeader.retryAt).toBe(now + 90_000);
    expect(inBody.retryAt).toBe(now + 7_200_000);
    expect(readError(apiError(429, 'Slow down'), now).retryAt).toBeUndefined();
  });

  test('has a message also where opencode gives none', () => {
    expect(readError({}, now).message).toBe('opencode reports an unknown error');
  });
});

describe('a try that waits', () => {
  test('goes on where opencode itself has chosen the pause', () => {
    const payload = { type: 'retry', attempt: 5, message: 'Overloaded', next: now + 37_000 };

    expect(readRetry(payload, now)).toBeUndefined();
  });

  test('is a usage limit where the API asked for a long pause', () => {
    const retryAt = now + 3_600_000;
    const payload = { type: 'retry', attempt: 1, message: 'Rate limit reached', next: retryAt };

    expect(readRetry(payload, now)).toEqual({
      failure: 'quota',
      message: 'Rate limit reached',
      retryAt,
    });
  });

  test('is a usage limit where opencode calls it one', () => {
    const action = { reason: 'free_tier_limit' };
    const payload = { message: 'Free usage exceeded', next: now + 2_000, action };

    expect(readRetry(payload, now)).toMatchObject({ failure: 'quota' });
  });

  test('is in vain where the account is not paid for', () => {
    const payload = { message: 'insufficient_quota', next: now + 2_000 };

    expect(readRetry(payload, now)).toMatchObject({ failure: 'permanent' });
  });
});
