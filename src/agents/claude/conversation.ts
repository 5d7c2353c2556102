import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { exists } from '../../base/index.ts';
import type { HookEvent } from '../adapter.ts';
import { parseJson, textIn, valueIn } from './json.ts';

/** The first answer stands near the beginning; what comes before it is small. */
const LOOKED_AT_BYTES = 4 * 1024 * 1024;

/**
 * The id of the conversation that the events tell of last, when `--resume` can go on with it: its
 * transcript is on disk and the model has answered in it. Without an answer nothing is lost by a
 * new one, and in the old one the prompt and the next become a single message: the model would be
 * told two things at once, the first about files that it may not use any more.
 */
export async function findClaudeConversation(
  events: readonly HookEvent[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const newest = events.findLast(({ payload }) => textIn(payload, 'session_id') !== undefined);
  const path = textIn(newest?.payload, 'transcript_path');
  if (path === undefined || !(await holdsAnswer(path, signal))) return undefined;
  return textIn(newest?.payload, 'session_id');
}

async function holdsAnswer(path: string, signal: AbortSignal): Promise<boolean> {
  if (!(await exists(path))) return false;
  const input = createReadStream(path, { encoding: 'utf8', end: LOOKED_AT_BYTES, signal });
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (isAnswer(parseJson(line))) return true;
  }
  return false;
}

/** What Claude Code puts in itself, as for a usage limit, is no answer. */
function isAnswer(entry: unknown): boolean {
  if (textIn(entry, 'type') !== 'assistant') return false;
  return textIn(valueIn(entry, 'message'), 'model') !== '<synthetic>';
}
