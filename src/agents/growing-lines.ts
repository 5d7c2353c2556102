import { type FileHandle, open, stat } from 'node:fs/promises';
import { Mutex, systemCode } from '../base/index.ts';

const LARGEST_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

export interface LineListener {
  line(line: string): void;
  /** The file was made anew: what was told of it holds no more. */
  anew(): void;
}

/**
 * A file of lines that only grows, such as the record of a conversation. Each line is told once,
 * when its end is there. Of a file above 64 MiB the lines that end within them are told, and
 * nothing of what comes after: what is counted by them is too low by the rest.
 */
export class GrowingLines {
  readonly #path: string;
  readonly #listener: LineListener;
  readonly #largestBytes: number;
  readonly #reading = new Mutex();
  #inode: number | undefined;
  #offset = 0;
  /** The beginning of a line whose end is not there yet. */
  #rest: Buffer[] = [];

  constructor(path: string, listener: LineListener, largestBytes = LARGEST_BYTES) {
    this.#path = path;
    this.#listener = listener;
    this.#largestBytes = largestBytes;
  }

  /** Read what was added since the last time; false when the file is not there. */
  async readOn(signal: AbortSignal): Promise<boolean> {
    return await this.#reading.run(async () => {
      const file = await openIfThere(this.#path);
      if (file === undefined) return false;
      await using opened = file;
      await this.#readRest(opened, signal);
      return true;
    });
  }

  async #readRest(opened: FileHandle, signal: AbortSignal): Promise<void> {
    const { size, ino } = await opened.stat();
    if (size < this.#offset || ino !== (this.#inode ?? ino)) this.#forget();
    this.#inode = ino;
    const end = Math.min(size, this.#largestBytes);
    if (this.#offset >= end) return;
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - this.#offset));
    while (this.#offset < end) {
      signal.throwIfAborted();
      const length = Math.min(chunk.length, end - this.#offset);
      const { bytesRead } = await opened.read(chunk, 0, length, this.#offset);
      if (bytesRead === 0) break;
      this.#offset += bytesRead;
      this.#take(chunk.subarray(0, bytesRead));
    }
    // The end of that line will never be read.
    if (this.#offset >= this.#largestBytes) this.#rest = [];
  }

  #forget(): void {
    this.#listener.anew();
    this.#offset = 0;
    this.#rest = [];
  }

  #take(chunk: Buffer): void {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const lines = Buffer.concat([...this.#rest, chunk.subarray(0, end - 1)]).toString('utf8');
      this.#rest = [];
      for (const line of lines.split('\n')) this.#listener.line(line);
    }
    // Copied: the chunk is read into again.
    if (end < chunk.length) this.#rest.push(Buffer.from(chunk.subarray(end)));
  }
}

/** Whatever is no file counts as not there: to open a FIFO would take until somebody writes. */
async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return (await stat(path)).isFile() ? await open(path) : undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
