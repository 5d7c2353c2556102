import type { StreamNote } from './stream-times.ts';

export interface ScreenFacts {
  /**
   * Grows with every change after which the same bytes draw another screen. It is the wall time in
   * ms of the newest change that the recording tells of, so that whoever reads the same recording
   * again finds the same number; once the change itself was dropped, a larger one.
   */
  readonly epoch: number;
  /** Undefined until the recording says. */
  readonly size: { readonly columns: number; readonly rows: number } | undefined;
}

/** Follows the notes of a recording: how large the screen is, and since when it is the same. */
export class ScreenAge {
  #facts: ScreenFacts = { epoch: 0, size: undefined };

  get facts(): ScreenFacts {
    return this.#facts;
  }

  /** Where the recording begins: the wall time in ms of what is left of it. */
  begin(at: number): void {
    this.#facts = { ...this.#facts, epoch: at };
  }

  /** What a note changes; undefined when it is nothing, or what holds already is told again. */
  apply(note: StreamNote | undefined): 'resize' | 'start' | undefined {
    if (note?.kind === 'start') {
      this.#facts = { ...this.#facts, epoch: this.#next(note.at) };
      return 'start';
    }
    if (note?.kind !== 'size') return undefined;
    const { columns, rows } = note;
    const { size } = this.#facts;
    if (size?.columns === columns && size.rows === rows) return undefined;
    // The first size says what held from the beginning.
    const epoch = size === undefined ? this.#facts.epoch : this.#next(note.at);
    this.#facts = { epoch, size: { columns, rows } };
    return 'resize';
  }

  /** Two changes in one millisecond, or after the clock went back, are two all the same. */
  #next(at: number): number {
    return Math.max(at, this.#facts.epoch + 1);
  }
}
