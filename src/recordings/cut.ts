import type { StreamEvent } from './read-stream.ts';

export interface Stretch {
  /** Wall times in ms. */
  readonly from: number;
  readonly to: number;
}

/** What was printed this far back may still stand on a screen; what is older is left out. */
export const SCREEN_BYTES = 1_048_576;

type Resize = Extract<StreamEvent, { kind: 'resize' }>;

/**
 * Cut a stretch of time out of a recording that several attempts share. What was printed before
 * comes all at once at its beginning, so that the screen is the one on which the attempt began.
 */
export async function* cut(
  events: AsyncIterable<StreamEvent>,
  { from, to }: Stretch,
): AsyncGenerator<StreamEvent> {
  const before = new Before(from);
  let isWithin = false;
  for await (const event of events) {
    if (event.at > to) break;
    if (!isWithin && event.at < from) before.take(event);
    else {
      if (!isWithin) yield* before.events();
      isWithin = true;
      yield event;
    }
  }
  if (!isWithin) yield* before.events();
}

/** The end of what came before the stretch, and the size of the terminal then. */
class Before {
  readonly #at: number;
  readonly #blocks: Buffer[] = [];
  #bytes = 0;
  #isCut = false;
  #size: Resize | undefined;

  constructor(at: number) {
    this.#at = at;
  }

  take(event: StreamEvent): void {
    if (event.kind === 'resize') this.#size = { ...event, at: this.#at };
    if (event.kind !== 'output') return;
    this.#blocks.push(event.bytes);
    this.#bytes += event.bytes.length;
    while (this.#bytes - (this.#blocks[0]?.length ?? 0) > SCREEN_BYTES) {
      this.#bytes -= this.#blocks.shift()?.length ?? 0;
      this.#isCut = true;
    }
  }

  *events(): Generator<StreamEvent> {
    if (this.#size !== undefined) yield this.#size;
    const whole = Buffer.concat(this.#blocks);
    // Begin with a line: a sequence or a letter may have been cut in two.
    const bytes = this.#isCut ? whole.subarray(whole.indexOf('\n') + 1) : whole;
    if (bytes.length > 0) yield { kind: 'output', at: this.#at, bytes };
  }
}
