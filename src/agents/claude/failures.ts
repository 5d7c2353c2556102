import type { Failure } from '../agent.ts';
import type { HookEvent, Meaning } from '../adapter.ts';
import { findResetTime } from '../reset-time.ts';
import { textIn } from './json.ts';

/**
 * What each error of a StopFailure hook calls for; docs/limits.md shows this table. Claude Code has
 * retried by itself before it tells of one. An error that is not listed is transient.
 */
export const claudeErrors: Readonly<Record<string, Failure['failure']>> = {
  account_on_hold: 'permanent',
  authentication_failed: 'permanent',
  billing_error: 'permanent',
  cloud_credential_error: 'permanent',
  invalid_request: 'permanent',
  max_output_tokens: 'transient',
  model_not_found: 'permanent',
  oauth_org_not_allowed: 'permanent',
  overloaded: 'transient',
  rate_limit: 'quota',
  server_error: 'transient',
  unknown: 'transient',
  verification_required: 'permanent',
};

/** The words of a subscription's limit, and of a limit of spending (an API error 400). */
const usageLimit =
  /^(?:You've (?:hit|reached) your |You're out of |Your org is out of )|\busage limits?\b.*\bregain access\b/i;
/** It says so itself: the service is busy. */
const isThrottle = /not your usage limit/i;
/** A long prompt that the plan does not cover: waiting changes nothing. */
const needsCredits = /(?:extra usage|usage credits) (?:is|are) required/i;

/** An API key's limit counts requests and tokens a minute, and says nothing of its reset. */
const RATE_LIMIT_MS = 60_000;

/** Say what a StopFailure hook calls for: another try, waiting, or giving up. */
export function readClaudeFailure({ payload, at }: Pick<HookEvent, 'payload' | 'at'>): Meaning {
  const error = textIn(payload, 'error') ?? 'unknown';
  const said = textIn(payload, 'last_assistant_message') ?? '';
  const message = said === '' ? `Claude Code reports the error ${error}` : said.slice(0, 500);
  return { kind: 'failed', message, ...classify(error, said, at) };
}

function classify(error: string, said: string, at: number): Omit<Failure, 'message'> {
  if (usageLimit.test(said)) return { failure: 'quota', retryAt: findResetTime(said, { now: at }) };
  const failure = claudeErrors[error] ?? 'transient';
  if (failure === 'quota') {
    if (needsCredits.test(said)) return { failure: 'permanent' };
    if (isThrottle.test(said)) return { failure: 'transient' };
    return { failure, retryAt: findResetTime(said, { now: at }) ?? at + RATE_LIMIT_MS };
  }
  // What the API refused with a status that has no name of its own comes as `unknown`.
  const status = Number(/\bAPI Error: (?<status>\d{3})\b/.exec(said)?.groups?.['status'] ?? 0);
  const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return { failure: error === 'unknown' && isRefused ? 'permanent' : failure };
}
