import type { ModelUsage } from '../adapter.ts';
import { countIn, listIn, parseJson, textIn, valueIn } from '../claude/json.ts';
import { GrowingLines } from '../growing-lines.ts';

export interface GeminiMessage {
  readonly usage: ModelUsage;
  /** Wall time in ms at which it was written; NaN when it is not said. */
  readonly at: number;
  /** The model said or did something in it. */
  readonly isAnswer: boolean;
}

/** One transcript of Gemini CLI. Of a very long one only the beginning is read. */
export class Transcript {
  readonly #messages = new Map<string, GeminiMessage>();
  readonly #lines: GrowingLines;

  constructor(path: string) {
    this.#lines = new GrowingLines(path, {
      line: (line) => this.#takeLine(line),
      anew: () => this.#messages.clear(),
    });
  }

  /**
   * What the model said, by the messages' ids: a message is written again whenever it grows, and
   * all are when the conversation is shortened.
   */
  get messages(): ReadonlyMap<string, GeminiMessage> {
    return this.#messages;
  }

  /** Read what was added since the last time; false when the file is not there. */
  async readOn(signal: AbortSignal): Promise<boolean> {
    return await this.#lines.readOn(signal);
  }

  #takeLine(line: string): void {
    if (!line.includes('"gemini"')) return;
    const record = parseJson(line);
    for (const message of [record, ...listIn(valueIn(record, '$set'), 'messages')]) {
      const id = textIn(message, 'id');
      if (id === undefined || textIn(message, 'type') !== 'gemini') continue;
      this.#messages.set(id, {
        usage: usageOf(message),
        at: toTime(textIn(message, 'timestamp')),
        isAnswer: textIn(message, 'content') !== '' || listIn(message, 'toolCalls').length > 0,
      });
    }
  }
}

function usageOf(message: unknown): ModelUsage {
  const count = (key: string): number => countIn(valueIn(message, 'tokens'), key);
  return {
    model: textIn(message, 'model'),
    // What came from the cache is part of its input.
    inputTokens: count('input') - count('cached') + count('tool'),
    outputTokens: count('output') + count('thoughts'),
    cacheReadTokens: count('cached'),
    cacheWriteTokens: 0,
    isOneRequest: true,
  };
}

/** Milliseconds of an ISO date; NaN when it is none. */
function toTime(text = ''): number {
  // oxlint-disable-next-line no-restricted-globals -- it reads a date, it does not ask for the time
  return Date.parse(text);
}
