import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemCode } from '../../base/index.ts';
import type { HookEvent, ModelUsage } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { countIn, listIn, parseJson, textIn, valueIn } from '../claude/json.ts';

/** A longer transcript is read up to here, and its usage is too low by the rest. */
const LARGEST_TRANSCRIPT_BYTES = 64 * 1024 * 1024;

/**
 * Read the tokens of each request in the conversation's transcript and in those of its subagents.
 * Undefined when no hook named one or it is not there. Requests beside the conversation (which model to take, a
 * summary of what was said) are in no file.
 */
export async function readGeminiUsage(
  { exchange }: Pick<AgentRequest, 'exchange'>,
  events: readonly HookEvent[],
  signal: AbortSignal,
): Promise<readonly ModelUsage[] | undefined> {
  const transcript = findTranscript(events);
  if (transcript === undefined) return undefined;
  const own = await readMessages(transcript.path, signal);
  if (own === undefined) return undefined;
  const subagents = await filesIn(join(dirname(transcript.path), transcript.session));
  const theirs = await Promise.all(subagents.map(async (path) => await readMessages(path, signal)));
  const messages = [own, ...theirs].flatMap((found) => [...(found?.values() ?? [])]);
  const ours = messages.filter((one) => toTime(textIn(one, 'timestamp')) >= exchange.since);
  return ours.map((one) => {
    const count = (key: string): number => countIn(valueIn(one, 'tokens'), key);
    return {
      model: textIn(one, 'model'),
      // What came from the cache is part of its input.
      inputTokens: count('input') - count('cached') + count('tool'),
      outputTokens: count('output') + count('thoughts'),
      cacheReadTokens: count('cached'),
      cacheWriteTokens: 0,
      isOneRequest: true,
    };
  });
}

/** The transcript's path, when the model has said something in it: `launch` can go on from there. */
export async function findGeminiConversation(
  events: readonly HookEvent[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = findTranscript(events)?.path;
  if (path === undefined) return undefined;
  const messages = await readMessages(path, signal);
  const hasAnswer = [...(messages?.values() ?? [])].some(
    (one) => textIn(one, 'content') !== '' || listIn(one, 'toolCalls').length > 0,
  );
  // The agent's own home, through which the path may lead, need not stay as long as the file.
  return hasAnswer ? await realpath(path) : undefined;
}

function findTranscript(
  events: readonly HookEvent[],
): { readonly path: string; readonly session: string } | undefined {
  const paths = events.flatMap(({ payload }) => {
    const path = textIn(payload, 'transcript_path');
    const session = textIn(payload, 'session_id');
    return path === undefined || session === undefined ? [] : [{ path, session }];
  });
  return paths.at(-1);
}

/**
 * Read what the model said, by the messages' ids: a message is written again whenever it grows,
 * and all are when the conversation is shortened. Undefined when the file is not there.
 */
async function readMessages(
  path: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, unknown> | undefined> {
  if (!(await isFile(path))) return undefined;
  const input = createReadStream(path, { encoding: 'utf8', end: LARGEST_TRANSCRIPT_BYTES, signal });
  const messages = new Map<string, unknown>();
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (!line.includes('"gemini"')) continue;
    const record = parseJson(line);
    for (const message of [record, ...listIn(valueIn(record, '$set'), 'messages')]) {
      const id = textIn(message, 'id');
      if (id !== undefined && textIn(message, 'type') === 'gemini') messages.set(id, message);
    }
  }
  return messages;
}

/** Milliseconds of an ISO date; NaN when it is none. */
function toTime(text = ''): number {
  // oxlint-disable-next-line no-restricted-globals -- it reads a date, it does not ask for the time
  return Date.parse(text);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function filesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).map((name) => join(directory, name));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
