import { appendFile, lstat, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { hasCode, type Log } from '../base/index.ts';
import { openFile, type Session } from '../sessions/index.ts';
import type { StepName } from './execution.ts';

type Place = Pick<Session, 'dir'>;

/** What a step of an execution leaves, relative to its session: `dir/`, and its log beside it. */
export function stepPlace(executionId: string, step: StepName): { dir: string; log: string } {
  const dir = join('logs', 'site', executionId, step);
  return { dir, log: `${dir}.jsonl` };
}

const MOST_LINES = 10_000;
/** Our own lines hardly come near it; what an agent wrote there may. */
const MOST_CHARACTERS = 32 * 2 ** 20;
const LONGEST_TEXT = 2_000;
const LINES_A_READ = 1_000;

export interface LogLine {
  readonly number: number;
  /** Wall time in ms. */
  readonly at: number;
  readonly text: string;
}

/**
 * The log of one step, of all its attempts. It holds 10,000 lines; what comes after them is
 * dropped. Lines are kept in order and on disk once it is disposed.
 */
export class StepLog implements AsyncDisposable {
  readonly #path: string;
  readonly #log: Log;
  #lines: number;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, lines: number, log: Log) {
    this.#path = path;
    this.#lines = lines;
    this.#log = log;
  }

  /** `path` is relative to the session. */
  static async open(session: Place, path: string, log: Log): Promise<StepLog> {
    const whole = join(session.dir, path);
    await mkdir(dirname(whole), { recursive: true, mode: 0o700 });
    const found = await lstat(whole).catch(() => undefined);
    // A link or a pipe of an agent: we would write to where it leads, or wait for ever.
    if (found?.isFile() === false) await rm(whole, { recursive: true, force: true });
    return new StepLog(whole, (await readLines(session, path)).length, log);
  }

  add(at: number, text: string): void {
    if (this.#lines >= MOST_LINES) return;
    this.#lines += 1;
    const isLast = this.#lines === MOST_LINES;
    const kept = isLast ? 'More lines than this log holds; the rest is left out.' : text;
    const line = `${JSON.stringify({ at, text: kept.slice(0, LONGEST_TEXT) })}\n`;
    this.#writing = this.#writing.then(async () => await this.#append(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
  }

  /** A full disk costs lines and no work. */
  async #append(line: string): Promise<void> {
    try {
      await appendFile(this.#path, line, { mode: 0o600 });
    } catch (error) {
      this.#log.warn('a line of a step was not written', { path: this.#path, error });
    }
  }
}

/**
 * Read lines after the first `after`, at most 1,000; `isCut`: more follow. `path` is relative to
 * the session.
 *
 * @throws {PathOutsideSessionError} an agent put a link in its place that leads elsewhere.
 */
export async function readStepLog(
  session: Place,
  path: string,
  after: number,
): Promise<{ readonly lines: readonly LogLine[]; readonly isCut: boolean }> {
  const all = await readLines(session, path);
  const lines = all.slice(after, after + LINES_A_READ).map((line, index) => ({
    number: after + index + 1,
    ...parseLine(line),
  }));
  return { lines, isCut: all.length > after + LINES_A_READ };
}

const lineShape = z.object({ at: z.number(), text: z.string() });

/** A line that was cut by a crash, or that somebody edited, is shown as it is. */
function parseLine(line: string): { readonly at: number; readonly text: string } {
  try {
    return lineShape.parse(JSON.parse(line));
  } catch {
    return { at: 0, text: line };
  }
}

async function readLines(session: Place, path: string): Promise<readonly string[]> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    const { stream } = await openFile(session, path);
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MOST_CHARACTERS) break;
    }
  } catch (error) {
    if (hasCode(error, 'file.not-found')) return [];
    throw error;
  }
  return text.split('\n').filter((line) => line !== '');
}
