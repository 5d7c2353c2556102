import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type Clock, systemCode } from '../../base/index.ts';
import type { HookEvent } from '../adapter.ts';
import type { Usage } from '../agent.ts';
import { countIn, listIn, parseJson, textIn, valueIn } from './json.ts';

/** A longer transcript is read up to here, and its usage is too low by the rest. */
const LARGEST_TRANSCRIPT_BYTES = 64 * 1024 * 1024;
/** How long the transcript may lag behind the Stop hook before it is taken as it is. */
const LAG_MS = 1_000;

/**
 * Add up the tokens in the conversation's transcript, which the hooks name. Undefined when no hook
 * named one or it is not there. Work of subagents is kept elsewhere and not counted.
 */
export async function readClaudeUsage(
  events: readonly HookEvent[],
  clock: Clock,
  signal: AbortSignal,
): Promise<Usage | undefined> {
  const newest = events.findLast(({ payload }) => textIn(payload, 'transcript_path') !== undefined);
  const path = textIn(newest?.payload, 'transcript_path');
  if (path === undefined) return undefined;
  const stop = events.findLast(({ name }) => name === 'Stop');
  const lastSaid = textIn(stop?.payload, 'last_assistant_message');
  const end = clock.monotonic() + LAG_MS;
  for (;;) {
    const transcript = await readTranscript(path, signal);
    const isWhole = lastSaid === undefined || transcript?.lastSaid === lastSaid;
    if (isWhole || clock.monotonic() >= end) return transcript?.usage;
    await clock.after(50, signal);
  }
}

interface Transcript {
  readonly usage: Usage;
  readonly lastSaid: string | undefined;
}

/** Of a message that takes several lines each repeats the usage so far: the last one counts. */
async function readTranscript(path: string, signal: AbortSignal): Promise<Transcript | undefined> {
  if (!(await isFile(path))) return undefined;
  const end = LARGEST_TRANSCRIPT_BYTES;
  const input = createReadStream(path, { encoding: 'utf8', end, signal });
  const usages = new Map<string, unknown>();
  let lastSaid: string | undefined;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (!line.includes('"assistant"')) continue;
    const entry = parseJson(line);
    const message = valueIn(entry, 'message');
    const id = textIn(message, 'id');
    if (textIn(entry, 'type') !== 'assistant' || id === undefined) continue;
    usages.set(id, valueIn(message, 'usage'));
    lastSaid = textIn(listIn(message, 'content').at(-1), 'text') ?? lastSaid;
  }
  const sum = (key: string): number =>
    [...usages.values()].reduce<number>((total, usage) => total + countIn(usage, key), 0);
  const usage = {
    inputTokens: sum('input_tokens'),
    outputTokens: sum('output_tokens'),
    cacheReadTokens: sum('cache_read_input_tokens'),
    cacheWriteTokens: sum('cache_creation_input_tokens'),
  };
  return { usage, lastSaid };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
