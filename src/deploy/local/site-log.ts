import { appendFile, readFile, rename, stat } from 'node:fs/promises';
import { type Clock, Mutex, systemCode } from '../../base/index.ts';

/** Two files of this size are kept: the newest output, and that before it. */
const FILE_BYTES = 2 ** 20;

/** What a site's program printed and what became of it, in `path` and `path`.1, bounded. */
export class SiteLog {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #turn = new Mutex();
  #bytes: number | undefined;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /** Add a line of ours; left out when it cannot be written, as no site is ended for its log. */
  async note(text: string): Promise<void> {
    // oxlint-disable-next-line no-restricted-globals -- formats a number that a Clock gave
    const at = new Date(this.#clock.now()).toISOString();
    await this.write(Buffer.from(`[site host ${at}] ${text}\n`)).catch(() => {});
  }

  /** Resolves when it is in the file: who reads a program's output waits, so that memory is bounded. */
  async write(chunk: Uint8Array): Promise<void> {
    await this.#turn.run(async () => {
      let bytes = this.#bytes ?? (await sizeOf(this.#path));
      // After a failure nobody knows what is in the file, or whether it is still there.
      this.#bytes = undefined;
      if (bytes > 0 && bytes + chunk.length > FILE_BYTES) {
        await rename(this.#path, `${this.#path}.1`);
        bytes = 0;
      }
      await appendFile(this.#path, chunk, { mode: 0o600 });
      this.#bytes = bytes + chunk.length;
    });
  }
}

/** The newest lines of a site's log, oldest first; none when it has no log. */
export async function readSiteLog(path: string, lines: number): Promise<readonly string[]> {
  const newest = await readText(path);
  const found = newest.split('\n').slice(0, -1);
  if (found.length >= lines) return found.slice(-lines);
  const older = (await readText(`${path}.1`)).split('\n').slice(0, -1);
  return [...older, ...found].slice(-lines);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function readText(path: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8');
    return text === '' || text.endsWith('\n') ? text : `${text}\n`;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
}
