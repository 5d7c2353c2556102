import { type FileHandle, open } from 'node:fs/promises';
import { Mutex, systemCode } from '../base/index.ts';

/** A longer file is read up to here. */
const LARGEST_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

export interface LineListener {
  line(line: string): void;
  /** The file was made anew: what was told of it holds no more. */
  anew(): void;
}

/** A file of lines that only grows, such as the record of a conversation. Each line is told once. */
export class GrowingLines {
  readonly #path: string;
  readonly #listener: LineListener;
  readonly #reading = new Mutex();
  #offset = 0;
  /** The beginning of a line whose end is not there yet. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(path: string, listener: LineListener) {
    this.#path = path;
    this.#listener = listener;
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
    const { size } = await opened.stat();
    if (size < this.#offset) this.#forget();
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    while (this.#offset < Math.min(size, LARGEST_BYTES)) {
      signal.throwIfAborted();
      const { bytesRead } = await opened.read(chunk, 0, CHUNK_BYTES, this.#offset);
      if (bytesRead === 0) break;
      this.#offset += bytesRead;
      this.#take(chunk.subarray(0, bytesRead));
    }
  }

  #forget(): void {
    this.#listener.anew();
    this.#offset = 0;
    this.#rest = Buffer.alloc(0);
  }

  #take(chunk: Buffer): void {
    const data = Buffer.concat([this.#rest, chunk]);
    const end = data.lastIndexOf(0x0a) + 1;
    this.#rest = data.subarray(end);
    for (const line of data.toString('utf8', 0, end).split('\n')) this.#listener.line(line);
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
