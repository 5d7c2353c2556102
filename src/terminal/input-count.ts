import { inputGap } from './errors.ts';

/**
 * Count what one viewer types. Its frames are numbered 1, 2, 3, ...: one that comes again is not
 * typed again, and none is passed over.
 */
export class InputCount {
  #last = 0;

  /** @returns false for one that came before. @throws {CodedError} `terminal.input-gap` */
  isNew(seq: number): boolean {
    if (seq <= this.#last) return false;
    if (seq !== this.#last + 1) throw inputGap(seq, this.#last + 1);
    this.#last = seq;
    return true;
  }
}
