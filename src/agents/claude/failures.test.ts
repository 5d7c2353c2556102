import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { claudeErrors, readClaudeFailure } from './failures.ts';

const at = Date.parse('2026-11-21T11:30:00Z');

function read(error: string | undefined, text?: string) {
  return readClaudeFailure({ payload: { error, last_assistant_message: text }, at });
}

// As Claude Code 2.1.329 and 2.1.197 said it; what is not in docs/limits.md was read in its issues.
test.each([
  [
    'authentication_failed',
    'Please run /login · API Error: 403 Your account does not have access',
    'permanent',
  ],
  ['billing_error', 'Credit balance is too low', 'permanent'],
  [
    'invalid_request',
    'Prompt is too long · the request is ~210000 tokens (limit 200000)',
    'permanent',
  ],
  ['model_not_found', "There's an issue with the selected model (claude-opus-5-5).", 'permanent'],
  ['unknown', 'API Error: 400 too long', 'permanent'],
  ['unknown', 'API Error: Connection error.', 'transient'],
  ['unknown', 'API Error: 408 timeout', 'transient'],
  [
    'server_error',
    'API Error: Repeated 529 Overloaded errors. The API is at capacity',
    'transient',
  ],
  ['server_error', 'API Error: 500 Internal server error.', 'transient'],
  [
    'rate_limit',
    'API Error: Server is temporarily limiting requests (not your usage limit) · x',
    'transient',
  ],
  ['rate_limit', 'API Error: Extra usage is required for long context requests.', 'permanent'],
  ['rate_limit', 'API Error: Usage credits are required for long context requests.', 'permanent'],
  ['a_later_one', 'API Error: 500', 'transient'],
])('%s with "%s" is %s', (error, text, failure) => {
  expect(read(error, text)).toEqual({ kind: 'failed', failure, message: text });
});

test.each([
  [
    'rate_limit',
    "You've hit your 5-hour limit · resets 3:30pm (Europe/Berlin)",
    '2026-11-21T14:30:00.000Z',
  ],
  [
    'rate_limit',
    "You've hit your session limit · resets 12:50am (America/Los_Angeles)",
    '2026-11-22T08:50:00.000Z',
  ],
  [
    'rate_limit',
    "You've hit your weekly limit · resets Nov 24, 3:30pm (Europe/Berlin)",
    '2026-11-24T14:30:00.000Z',
  ],
  [
    'unknown',
    'API Error: 400 You have reached your specified API usage limits. You will regain access on 2026-11-27 at 00:00 UTC.',
    '2026-11-27T00:00:00.000Z',
  ],
  [
    'rate_limit',
    'API Error: Request rejected (429) · This request would exceed your rate limit',
    '2026-11-21T11:31:00.000Z',
  ],
])('%s with "%s" waits until %s', (error, text, moment) => {
  const meaning = read(error, text);

  expect(meaning).toMatchObject({ kind: 'failed', failure: 'quota', message: text });
  const retryAt = 'retryAt' in meaning ? meaning.retryAt : undefined;
  expect(new Date(retryAt ?? 0).toISOString()).toBe(moment);
});

test.each([
  "You've hit your monthly spend limit · /usage-credits to raise it",
  "You've reached your Fable limit",
])('a limit that does not say when it is lifted is one all the same: "%s"', (text) => {
  const expected = { kind: 'failed', failure: 'quota', message: text, retryAt: undefined };
  expect(read('rate_limit', text)).toEqual(expected);
});

test('one without a text still says which error it was', () => {
  expect(read('max_output_tokens')).toMatchObject({
    message: 'Claude Code reports the error max_output_tokens',
  });
});

test.each([undefined, null, 7, [], { error: 7 }])(
  'a payload of another form (%j) is transient',
  (payload) => {
    expect(readClaudeFailure({ payload, at })).toMatchObject({ failure: 'transient' });
  },
);

test('docs/limits.md lists every error and what it calls for', () => {
  const file = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8');
  const [, page = ''] = file.split('## When a model cannot be asked');
  const words = { transient: 'tried again', quota: 'waits', permanent: 'fails' };
  const rows = page.matchAll(/^\| `(?<error>[a-z_]+)` \| (?<what>[a-z ]+?)(?:,[^|]*)? \|/gm);
  const listed = Object.fromEntries(
    Array.from(rows, ({ groups }) => [groups?.['error'], groups?.['what']]),
  );

  expect(listed).toEqual(
    Object.fromEntries(
      Object.entries(claudeErrors).map(([error, failure]) => [error, words[failure]]),
    ),
  );
});
