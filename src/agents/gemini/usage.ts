import { readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../../base/index.ts';
import type { HookEvent, ModelUsage } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { textIn } from '../claude/json.ts';
import { Transcript } from './transcript.ts';

/** Most transcripts of subagents that are read. */
const MOST_SUBAGENTS = 500;

/** As an adapter's `usage`, for which all that counts of a request is since when. */
type ReadUsage = (
  request: Pick<AgentRequest, 'exchange'>,
  events: readonly HookEvent[],
  signal: AbortSignal,
) => Promise<readonly ModelUsage[] | undefined>;

/**
 * Make the reader of the tokens of each request in the conversation's transcript and in those of
 * its subagents. Undefined when no hook named one or it is not there. Requests beside the
 * conversation (which model to take, a summary of what was said) are in no file.
 *
 * What was read is remembered for as long as the request lives, so that asking often costs only
 * what is new.
 */
export function geminiUsage(): ReadUsage {
  const known = new WeakMap<object, Map<string, Transcript>>();
  return async (request, events, signal) => {
    const named = findTranscript(events);
    if (named === undefined) return undefined;
    const transcripts = known.get(request) ?? new Map<string, Transcript>();
    known.set(request, transcripts);
    const read = async (path: string): Promise<Transcript | undefined> => {
      const transcript = transcripts.get(path) ?? new Transcript(path);
      transcripts.set(path, transcript);
      return (await transcript.readOn(signal)) ? transcript : undefined;
    };
    const own = await read(named.path);
    if (own === undefined) return undefined;
    const subagents = await filesIn(join(dirname(named.path), named.session));
    return [own, ...(await Promise.all(subagents.map(read)))]
      .flatMap((found) => [...(found?.messages.values() ?? [])])
      .filter(({ at }) => at >= request.exchange.since)
      .map(({ usage }) => usage);
  };
}

/** The transcript's path, when the model has said something in it: `launch` can go on from there. */
export async function findGeminiConversation(
  events: readonly HookEvent[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = findTranscript(events)?.path;
  if (path === undefined) return undefined;
  const transcript = new Transcript(path);
  await transcript.readOn(signal);
  const hasAnswer = [...transcript.messages.values()].some(({ isAnswer }) => isAnswer);
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

async function filesIn(directory: string): Promise<readonly string[]> {
  try {
    const names = (await readdir(directory)).toSorted().slice(0, MOST_SUBAGENTS);
    return names.map((name) => join(directory, name));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
