import type { Failure } from '../agent.ts';
import { parseJson, textIn, valueIn } from '../claude/json.ts';
import { findResetTime } from '../reset-time.ts';

const LONGEST_MESSAGE = 500;

/**
 * Say what an error of the API means: `[API Error: ...]` with JSON or a sentence in it. `now` is
 * the wall time in ms at which it was told.
 */
export function readApiError(said: string, now: number): Failure {
  const inner = /^\[API Error: (?<text>[\s\S]*)\]$/.exec(said.trim())?.groups?.['text'] ?? said;
  const error = valueIn(parseJson(inner), 'error');
  const text = textIn(error, 'message') ?? inner;
  const code =
    valueIn(error, 'code') ?? /\b(?:status|code)\D{1,3}(?<code>[45]\d\d)\b/.exec(text)?.[1];
  const message = text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_MESSAGE);
  if (/quota|usage limit|exhausted/i.test(text)) {
    return { failure: 'quota', message, retryAt: findResetTime(text, { now }) };
  }
  return { failure: isRefused(Number(code)) ? 'permanent' : 'transient', message };
}

/** Asked again, it would be refused again. */
function isRefused(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 429, 499].includes(status);
}
