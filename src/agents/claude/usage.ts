import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemCode } from '../../base/index.ts';
import type { Adapter, HookEvent, ModelUsage } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { textIn } from './json.ts';
import { Transcript } from './transcript.ts';

/** How long the transcript may lag behind the Stop hook before it is taken as it is. */
const LAG_MS = 1_000;
/** Most transcripts of subagents that are read. */
const MOST_SUBAGENTS = 500;

/**
 * Make the reader of the tokens in a conversation's transcript, which the hooks name, and in those
 * of its subagents, which lie in a folder beside it. Undefined when no hook named one or it is not
 * there. Requests beside the conversation (titles, summaries) are in no transcript.
 *
 * What was read of an agent's transcripts is remembered for as long as its request lives, so that
 * asking often costs only what is new.
 */
export function claudeUsage(clock: Clock): NonNullable<Adapter['usage']> {
  const known = new WeakMap<AgentRequest, Transcripts>();
  return async (request, events, signal) => {
    const path = transcriptOf(events);
    if (path === undefined) return undefined;
    const transcripts = known.get(request) ?? new Transcripts();
    known.set(request, transcripts);
    const lastSaid = announced(events);
    const end = clock.monotonic() + LAG_MS;
    for (;;) {
      const main = await transcripts.read(path, signal);
      const isWhole = lastSaid === undefined || main?.lastSaid === lastSaid;
      if (isWhole || clock.monotonic() >= end) break;
      await clock.after(50, signal);
    }
    if (!transcripts.has(path)) return undefined;
    for (const one of await subagentsOf(path)) await transcripts.read(one, signal);
    return transcripts.between(request.exchange.since, endOf(events));
  };
}

/** Of one agent: the main one and those of its subagents. */
class Transcripts {
  readonly #files = new Map<string, Transcript>();

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Read what is new in a file; undefined when it is not there. */
  async read(path: string, signal: AbortSignal): Promise<Transcript | undefined> {
    const transcript = this.#files.get(path) ?? new Transcript(path);
    if (!(await transcript.readOn(signal))) return undefined;
    this.#files.set(path, transcript);
    return transcript;
  }

  /** A message that stands in two files counts once. */
  between(since: number, until: number): readonly ModelUsage[] {
    const all = [...this.#files.values()].flatMap(({ messages }) => [...messages]);
    return [...new Map(all).values()]
      .filter(({ at }) => at === undefined || (at >= since && at <= until))
      .map(({ usage }) => usage);
  }
}

function transcriptOf(events: readonly HookEvent[]): string | undefined {
  const newest = events.findLast(({ payload }) => textIn(payload, 'transcript_path') !== undefined);
  return textIn(newest?.payload, 'transcript_path');
}

/** The newest end of a turn, unless another turn began after it. */
function stopOf(events: readonly HookEvent[]): HookEvent | undefined {
  const newest = events.findLast(({ name }) =>
    ['UserPromptSubmit', 'Stop', 'StopFailure'].includes(name),
  );
  return newest?.name === 'UserPromptSubmit' ? undefined : newest;
}

/** What the Stop hook says came last: the transcript gets it a moment later. */
function announced(events: readonly HookEvent[]): string | undefined {
  const stop = stopOf(events);
  return stop?.name === 'Stop' ? textIn(stop.payload, 'last_assistant_message') : undefined;
}

/** After the turn the conversation may go on for another job. */
function endOf(events: readonly HookEvent[]): number {
  const stop = stopOf(events);
  return stop === undefined ? Infinity : stop.at + LAG_MS;
}

/** `<conversation>/subagents/agent-<id>.jsonl` beside `<conversation>.jsonl`; 2.1.197 and 2.1.329. */
async function subagentsOf(path: string): Promise<readonly string[]> {
  const dir = join(path.replace(/\.jsonl$/, ''), 'subagents');
  try {
    const files = await readdir(dir, { recursive: true });
    return files
      .filter((file) => file.endsWith('.jsonl'))
      .toSorted()
      .slice(0, MOST_SUBAGENTS)
      .map((file) => join(dir, file));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
}
