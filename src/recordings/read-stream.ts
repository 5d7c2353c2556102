import type { FileHandle } from 'node:fs/promises';
import { openStreamFiles, type Segment, type StreamFiles } from './stream-files.ts';
import { parseNote, type StreamNote } from './stream-times.ts';

/** What a terminal printed, and what became of it, in order. `at` is wall time in ms. */
export type StreamEvent = { readonly at: number } & (
  | { readonly kind: 'output'; readonly bytes: Buffer }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number }
  /** Bytes that were printed here and could not be written, because the disk was full. */
  | { readonly kind: 'lost'; readonly bytes: number }
);

/** A stretch of the stream; offsets are absolute, so a jump between two pieces tells of a gap. */
export interface StreamPiece {
  readonly offset: number;
  readonly bytes: Buffer;
}

const BLOCK_BYTES = 65_536;

/**
 * The recording of one terminal, as it is at this moment; the recorder may write on. Closes its
 * files when it is disposed.
 */
export class RecordedStream implements AsyncDisposable {
  readonly #files: StreamFiles;

  private constructor(files: StreamFiles) {
    this.#files = files;
  }

  /** Open the recording in an agent's directory; undefined when there is none. */
  static async open(dir: string): Promise<RecordedStream | undefined> {
    const files = await openStreamFiles(dir);
    return files && new RecordedStream(files);
  }

  /** Wall time in ms of the first byte that is left. */
  get startedAt(): number {
    const { segments, madeAt } = this.#files;
    return segments.find(({ begunAt }) => begunAt !== undefined)?.begunAt ?? madeAt;
  }

  /** False when it was recorded without Perl: everything then seems to come at the start. */
  get isTimed(): boolean {
    return this.#files.segments.some(({ begunAt }) => begunAt !== undefined);
  }

  /** Bytes at the beginning that gave way to newer ones; the offset of the first that is left. */
  get droppedBytes(): number {
    return this.#files.segments[0].base;
  }

  /** Absolute offset of the end. */
  get end(): number {
    return this.#files.segments.at(-1)?.end ?? 0;
  }

  /** The bytes from one absolute offset to another, as far as they are left. */
  async *pieces(from = 0, to = Infinity): AsyncGenerator<StreamPiece> {
    for (const { log, base, end } of this.#files.segments) {
      const first = Math.max(from, base);
      const last = Math.min(to, end);
      let offset = first;
      for await (const bytes of new BlockReader(log).read(first - base, last - base)) {
        yield { offset, bytes };
        offset += bytes.length;
      }
    }
  }

  /** All of it, in order; times never go back, also where the wall clock did. */
  async *events(): AsyncGenerator<StreamEvent> {
    let at = this.startedAt;
    let size = '';
    for (const segment of this.#files.segments) {
      for await (const event of eventsOf(segment, Math.max(at, segment.begunAt ?? at))) {
        at = event.at;
        const before = size;
        if (event.kind === 'resize') size = `${event.columns}x${event.rows}`;
        // Each file begins with the size that holds at its beginning.
        if (event.kind !== 'resize' || size !== before) yield event;
      }
    }
  }

  /** How far the stream had come at this wall time in ms; only where `isTimed`. */
  async offsetAt(moment: number): Promise<number> {
    if (moment === Infinity) return this.end;
    let offset = this.droppedBytes;
    for (const { times, base, end } of this.#files.segments) {
      offset = Math.max(offset, base);
      for await (const note of notesOf(times)) {
        // A clock that was set back later on is no reason to go on.
        if (note.at > moment) return offset;
        offset = Math.max(offset, Math.min(note.offset, end));
      }
    }
    return offset;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files[Symbol.asyncDispose]();
  }
}

async function* eventsOf(segment: Segment, begunAt: number): AsyncGenerator<StreamEvent> {
  const { log, times, base, end } = segment;
  const reader = new BlockReader(log);
  let at = begunAt;
  let place = base;
  const upTo = async function* (offset: number): AsyncGenerator<StreamEvent> {
    const stop = Math.min(offset, end);
    for await (const bytes of reader.read(place - base, stop - base)) {
      yield { kind: 'output', at, bytes };
    }
    place = Math.max(place, stop);
  };
  for await (const note of notesOf(times)) {
    at = Math.max(at, note.at);
    yield* upTo(note.offset);
    if (note.kind === 'size') {
      yield { kind: 'resize', at, columns: note.columns, rows: note.rows };
    } else if (note.kind === 'lost') yield { kind: 'lost', at, bytes: note.bytes };
  }
  // Written after the last line of times, so at most some milliseconds later.
  yield* upTo(end);
}

async function* notesOf(times: FileHandle | undefined): AsyncGenerator<StreamNote> {
  for await (const line of times?.readLines({ start: 0, autoClose: false }) ?? []) {
    const note = parseNote(line);
    if (note !== undefined) yield note;
  }
}

/** Blocks of a file from one place to another, each made from a larger one that was read before. */
class BlockReader {
  readonly #file: FileHandle;
  #block = Buffer.alloc(0);
  #start = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async *read(from: number, to: number): AsyncGenerator<Buffer> {
    for (let place = from; place < to;) {
      if (place < this.#start || place >= this.#start + this.#block.length) {
        await this.#fill(place);
        // Cut off since it was opened, by whatever: what is left has been given.
        if (this.#block.length === 0) return;
      }
      const bytes = this.#block.subarray(place - this.#start, to - this.#start);
      yield bytes;
      place += bytes.length;
    }
  }

  async #fill(place: number): Promise<void> {
    const buffer = Buffer.alloc(BLOCK_BYTES);
    const { bytesRead } = await this.#file.read(buffer, 0, BLOCK_BYTES, place);
    this.#block = buffer.subarray(0, bytesRead);
    this.#start = place;
  }
}
