import type { Failure } from '../agent.ts';
import { countIn, textIn, valueIn } from '../claude/json.ts';
import { findResetTime } from '../reset-time.ts';

/**
 * Longest pause that opencode makes by itself between two tries. What is longer the API has asked
 * for: a limit that is lifted then.
 */
const LONGEST_PAUSE_MS = 60_000;

const LONGEST_MESSAGE = 500;

/** Of a try that waits: why nobody needs to; undefined when it goes on soon. */
export function readRetry(payload: unknown, now: number): Failure | undefined {
  const retryAt = countIn(payload, 'next');
  const message = oneLine(textIn(payload, 'message') ?? 'usage limit reached');
  if (isUnpaid.test(message)) return { failure: 'permanent', message };
  const isLimit = valueIn(payload, 'action') !== undefined || retryAt - now > LONGEST_PAUSE_MS;
  if (!isLimit) return undefined;
  return { failure: 'quota', message, retryAt };
}

/** Of a turn that ended with an error: what it calls for. `now` is the wall time in ms. */
export function readError(payload: unknown, now: number): Failure {
  const error = valueIn(payload, 'error');
  const data = valueIn(error, 'data');
  const name = textIn(error, 'name') ?? 'an unknown error';
  const said = textIn(data, 'message') ?? '';
  const message = oneLine(said === '' ? `opencode reports ${name}` : said);
  const status = countIn(data, 'statusCode');
  const whole = `${said}\n${textIn(data, 'responseBody') ?? ''}`;
  if (isUnpaid.test(whole)) return { failure: 'permanent', message };
  if (status === 429 || isLimit.test(whole)) {
    const header = textIn(valueIn(data, 'responseHeaders'), 'retry-after') ?? '';
    const retryAt =
      findResetTime(`retry-after: ${header}`, { now }) ?? findResetTime(whole, { now });
    return { failure: 'quota', message, retryAt };
  }
  const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 409;
  const isPermanent = isRefused || permanent.has(name) || isMissing.test(said);
  return { failure: isPermanent ? 'permanent' : 'transient', message };
}

/** It goes on with another model then, which nobody asked for. */
export function unknownModel(payload: unknown): Failure {
  const [model, taken] = [textIn(payload, 'model'), textIn(payload, 'taken')];
  const message = `opencode does not know the model ${model}, and took ${taken}`;
  return { failure: 'permanent', message };
}

/** Errors that another try would not change. */
const permanent = new Set(['ProviderAuthError', 'ContextOverflowError']);
const isMissing = /\b(?:model|provider|agent) not found\b/i;
const isLimit = /\busage limit|UsageLimitError|rate limit (?:reached|exceeded)/i;
const isUnpaid = /insufficient[_ ](?:quota|balance|credits)|credit balance|billing/i;

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_MESSAGE);
}
