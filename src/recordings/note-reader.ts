import { readSync } from 'node:fs';
import { parseNote, type StreamNote } from './stream-times.ts';

const BLOCK_BYTES = 65_536;

/**
 * Read the lines of a `stream.times` that say more than how far the bytes had come, while it is
 * written. Nine lines in ten do not, and are not parsed.
 */
export class NoteReader {
  readonly #fd: number;
  readonly #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #place = 0;
  #rest = '';

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** What was noted since the last call, in order. */
  read(): readonly StreamNote[] {
    const notes: StreamNote[] = [];
    for (;;) {
      const count = readSync(this.#fd, this.#block, 0, BLOCK_BYTES, this.#place);
      if (count === 0) return notes;
      this.#place += count;
      this.#take(this.#rest + this.#block.toString('latin1', 0, count), notes);
      if (count < BLOCK_BYTES) return notes;
    }
  }

  #take(text: string, notes: StreamNote[]): void {
    const end = text.lastIndexOf('\n') + 1;
    // A line is at most some 100 characters; more is no line of ours.
    this.#rest = text.slice(end).slice(-200);
    for (const word of text.slice(0, end).matchAll(/ (?:size|start|lost)\b/g)) {
      const from = text.lastIndexOf('\n', word.index) + 1;
      const note = parseNote(text.slice(from, text.indexOf('\n', from)));
      if (note !== undefined) notes.push(note);
    }
  }
}
