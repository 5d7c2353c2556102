import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { exists } from '../../base/index.ts';
import type { HookEvent } from '../adapter.ts';
import { parseJson, textIn } from './json.ts';

/** A prompt stands near the beginning; what comes before it is small. */
const LOOKED_AT_BYTES = 4 * 1024 * 1024;

/**
 * The id of the conversation that the events tell of last, when `--resume` can go on with it: its
 * transcript is on disk and holds a prompt.
 */
export async function findClaudeConversation(
  events: readonly HookEvent[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const newest = events.findLast(({ payload }) => textIn(payload, 'session_id') !== undefined);
  const path = textIn(newest?.payload, 'transcript_path');
  if (path === undefined || !(await holdsPrompt(path, signal))) return undefined;
  return textIn(newest?.payload, 'session_id');
}

async function holdsPrompt(path: string, signal: AbortSignal): Promise<boolean> {
  if (!(await exists(path))) return false;
  const input = createReadStream(path, { encoding: 'utf8', end: LOOKED_AT_BYTES, signal });
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (textIn(parseJson(line), 'type') === 'user') return true;
  }
  return false;
}
