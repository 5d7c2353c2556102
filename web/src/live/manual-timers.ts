import type { Timers } from './timers.ts';

interface Waiting {
  readonly due: number;
  readonly call: () => void;
}

/** Timers for tests: time stands still until it is moved. */
export class ManualTimers implements Timers {
  #now = 0;
  readonly #waiting = new Set<Waiting>();

  now = (): number => this.#now;

  after = (ms: number, call: () => void): (() => void) => {
    const waiting: Waiting = { due: this.#now + ms, call };
    this.#waiting.add(waiting);
    return () => void this.#waiting.delete(waiting);
  };

  /** Calls that are still to come. */
  get pending(): number {
    return this.#waiting.size;
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#waiting].toSorted((a, b) => a.due - b.due);
      if (next === undefined || next.due > end) break;
      this.#now = next.due;
      this.#waiting.delete(next);
      next.call();
    }
    this.#now = end;
  }
}
