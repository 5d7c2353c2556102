import type { ModelUsage } from '../adapter.ts';
import { GrowingLines } from '../growing-lines.ts';
import { countIn, listIn, parseJson, textIn, valueIn } from './json.ts';

export interface TranscriptMessage {
  readonly usage: ModelUsage;
  /** Wall time in ms at which it was written; undefined when it is not said. */
  readonly at: number | undefined;
}

/** One transcript of Claude Code. Of a very long one only the beginning is read. */
export class Transcript {
  readonly #messages = new Map<string, TranscriptMessage>();
  readonly #lines: GrowingLines;
  #lastSaid: string | undefined;

  constructor(path: string) {
    this.#lines = new GrowingLines(path, {
      line: (line) => this.#takeLine(line),
      anew: () => this.#messages.clear(),
    });
  }

  /** By their ids. Of a message that takes several lines each repeats its usage: the last counts. */
  get messages(): ReadonlyMap<string, TranscriptMessage> {
    return this.#messages;
  }

  /** The newest text of the assistant. */
  get lastSaid(): string | undefined {
    return this.#lastSaid;
  }

  /** Read what was added since the last time; false when the file is not there. */
  async readOn(signal: AbortSignal): Promise<boolean> {
    return await this.#lines.readOn(signal);
  }

  #takeLine(line: string): void {
    if (!line.includes('"assistant"')) return;
    const entry = parseJson(line);
    const message = valueIn(entry, 'message');
    const id = textIn(message, 'id');
    if (textIn(entry, 'type') !== 'assistant' || id === undefined) return;
    this.#messages.set(id, { usage: usageOf(message), at: momentOf(entry) });
    this.#lastSaid = textIn(listIn(message, 'content').at(-1), 'text') ?? this.#lastSaid;
  }
}

function usageOf(message: unknown): ModelUsage {
  const usage = valueIn(message, 'usage');
  const model = textIn(message, 'model');
  // The fast mode has prices of its own.
  const isFast = textIn(usage, 'speed') === 'fast';
  return {
    model: isFast && model !== undefined ? `${model}-fast` : model,
    inputTokens: countIn(usage, 'input_tokens'),
    outputTokens: countIn(usage, 'output_tokens'),
    cacheReadTokens: countIn(usage, 'cache_read_input_tokens'),
    cacheWriteTokens: countIn(usage, 'cache_creation_input_tokens'),
    longCacheWriteTokens: countIn(valueIn(usage, 'cache_creation'), 'ephemeral_1h_input_tokens'),
    isOneRequest: true,
  };
}

function momentOf(entry: unknown): number | undefined {
  // oxlint-disable-next-line no-restricted-globals -- reads a time that was written down
  const at = Date.parse(textIn(entry, 'timestamp') ?? '');
  return Number.isNaN(at) ? undefined : at;
}
