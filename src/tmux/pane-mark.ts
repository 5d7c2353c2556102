import { abortable } from '../base/index.ts';
import { findOutput } from './echo-filter.ts';
import { BadArgumentError, PaneDeadError } from './errors.ts';
import type { PaneId } from './ids.ts';
import type { PaneStreams } from './pane-streams.ts';
import { PlainText } from './plain-text.ts';

/** Text that a mark remembers; older text cannot match any more. */
const MOST_TEXT = 64 * 1024;
const MOST_TYPED = 100;

/** The marks that are set, so that what we type becomes known to those of the same pane. */
export class OpenMarks {
  readonly #marks = new Map<PaneId, Set<PaneMark>>();

  add(pane: PaneId, mark: PaneMark): Disposable {
    const marks = this.#marks.get(pane) ?? new Set();
    this.#marks.set(pane, marks.add(mark));
    return {
      [Symbol.dispose]: () => {
        marks.delete(mark);
        if (marks.size === 0) this.#marks.delete(pane);
      },
    };
  }

  /** Call it before the text is sent, so that no echo comes first. */
  typed(pane: PaneId, text: string): void {
    for (const mark of this.#marks.get(pane) ?? []) mark.expectEcho(text);
  }
}

/**
 * A place in a pane's output. `untilText` finds only what was printed after it and what no one
 * typed or pasted through this library meanwhile (see echo-filter.ts for the rule).
 * Set it before you type; dispose it when you have your answer.
 */
export class PaneMark implements Disposable {
  readonly #pane: PaneId;
  readonly #plain = new PlainText();
  readonly #typed: string[] = [];
  readonly #stack = new DisposableStack();
  #text = '';
  #isWaiting = false;
  #end: { readonly error: Error | undefined } | undefined;
  #changed = Promise.withResolvers<void>();

  private constructor(pane: PaneId) {
    this.#pane = pane;
  }

  static async set(
    { streams, marks }: { readonly streams: PaneStreams; readonly marks: OpenMarks },
    pane: PaneId,
    signal: AbortSignal,
  ): Promise<PaneMark> {
    const mark = new PaneMark(pane);
    const sink = {
      onBytes: (bytes: Buffer) => mark.#grow(mark.#plain.feed(bytes)),
      // What is missing cannot match; what comes after may.
      onGap: () => mark.#grow('\n'),
      onEnd: (error: Error | undefined) => mark.#finish(error),
    };
    mark.#stack.use(await streams.subscribe(pane, sink, signal));
    mark.#stack.use(marks.add(pane, mark));
    return mark;
  }

  /**
   * Wait for text in the output, escape sequences taken out. Returns what matched; the next wait
   * looks behind it. Only the last 64 Ki characters are searched.
   *
   * @throws {PaneDeadError} the program ended without printing it.
   * @throws {PaneGoneError} the pane is gone.
   */
  async untilText(pattern: string | RegExp, signal: AbortSignal): Promise<string> {
    if (this.#isWaiting) throw new BadArgumentError('two waits on one mark', String(pattern));
    this.#isWaiting = true;
    try {
      for (;;) {
        const match = findOutput(this.#text, pattern, this.#typed);
        if (match !== undefined) {
          this.#text = this.#text.slice(match.end);
          return match.text;
        }
        if (this.#end !== undefined) throw this.#end.error ?? new PaneDeadError(this.#pane);
        this.#changed = Promise.withResolvers();
        await abortable(this.#changed.promise, signal);
      }
    } finally {
      this.#isWaiting = false;
    }
  }

  /** Name text whose echo is not output; `typeText` and `paste` do so by themselves. */
  expectEcho(text: string): void {
    this.#typed.push(text);
    if (this.#typed.length > MOST_TYPED) this.#typed.shift();
  }

  [Symbol.dispose](): void {
    this.#stack.dispose();
    this.#finish(undefined);
  }

  #grow(text: string): void {
    this.#text = (this.#text + text).slice(-MOST_TEXT);
    this.#changed.resolve();
  }

  #finish(error: Error | undefined): void {
    this.#end ??= { error };
    this.#changed.resolve();
  }
}
