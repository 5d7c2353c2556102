import type { ModelUsage } from '../adapter.ts';
import { countIn, parseJson, textIn, valueIn } from '../claude/json.ts';
import { GrowingLines } from '../growing-lines.ts';

export interface RolloutRequest {
  readonly usage: ModelUsage;
  /** Wall time in ms at which it was answered; undefined when it is not said. */
  readonly at: number | undefined;
}

/** Codex's record of one conversation. Of a very long one only the beginning is read. */
export class Rollout {
  readonly #lines: GrowingLines;
  readonly #requests = new Map<string, RolloutRequest>();
  readonly #ended = new Set<string>();
  /** Of the turn that is being read. */
  #model: string | undefined;

  constructor(path: string) {
    this.#lines = new GrowingLines(path, {
      line: (line) => this.#takeLine(line),
      anew: () => this.#forget(),
    });
  }

  /** Each request to the model, by the id of its answer. */
  get requests(): ReadonlyMap<string, RolloutRequest> {
    return this.#requests;
  }

  hasEnded(turn: string): boolean {
    return this.#ended.has(turn);
  }

  /** Read what was added since the last time; false when the file is not there. */
  async readOn(signal: AbortSignal): Promise<boolean> {
    return await this.#lines.readOn(signal);
  }

  #forget(): void {
    this.#requests.clear();
    this.#ended.clear();
    this.#model = undefined;
  }

  #takeLine(line: string): void {
    // Most lines are what was said, and long.
    if (!/"type":"(?:turn_context|token_usage_record|task_complete)"/.test(line.slice(0, 200)))
      return;
    const entry = parseJson(line);
    const payload = valueIn(entry, 'payload');
    const type = textIn(entry, 'type');
    if (type === 'turn_context') this.#model = textIn(payload, 'model');
    if (type === 'event_msg') this.#ended.add(textIn(payload, 'turn_id') ?? '');
    if (type !== 'token_usage_record') return;
    const id = textIn(payload, 'response_id') ?? line;
    this.#requests.set(id, { usage: usageOf(payload, this.#model), at: momentOf(entry) });
  }
}

/** What was read from a cache or written to one is part of Codex's number for the input. */
function usageOf(payload: unknown, model: string | undefined): ModelUsage {
  const usage = valueIn(payload, 'usage');
  const cacheReadTokens = countIn(usage, 'cached_input_tokens');
  const cacheWriteTokens = countIn(usage, 'cache_write_input_tokens');
  return {
    model,
    inputTokens: countIn(usage, 'input_tokens') - cacheReadTokens - cacheWriteTokens,
    outputTokens: countIn(usage, 'output_tokens'),
    cacheReadTokens,
    cacheWriteTokens,
    isOneRequest: true,
  };
}

function momentOf(entry: unknown): number | undefined {
  // oxlint-disable-next-line no-restricted-globals -- reads a time that was written down
  const at = Date.parse(textIn(entry, 'timestamp') ?? '');
  return Number.isNaN(at) ? undefined : at;
}
