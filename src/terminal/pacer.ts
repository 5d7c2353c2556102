import type { Clock } from '../base/index.ts';

/**
 * Runs what many ask for in one go, at most every `everyMs`: of panes that keep printing each is
 * read once in a while, and all of them together, instead of whenever one of them prints.
 */
export class Pacer implements Disposable {
  readonly everyMs: number;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  #due = new Set<() => void>();
  #isSet = false;

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock;
    this.everyMs = everyMs;
  }

  /** Call `action` at the next turn, once; it must not throw. */
  later(action: () => void): void {
    this.#due.add(action);
    if (this.#isSet || this.#stop.signal.aborted) return;
    this.#isSet = true;
    this.#clock.after(this.everyMs, this.#stop.signal).then(
      () => this.#turn(),
      // It was disposed: nothing is left to do.
      () => {},
    );
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    this.#due.clear();
  }

  #turn(): void {
    const due = this.#due;
    this.#due = new Set();
    this.#isSet = false;
    for (const action of due) action();
  }
}
