import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Log, systemCode } from '../base/index.ts';
import type { StepName } from './execution.ts';

/** What a step of an execution leaves, relative to its session: `dir/`, and its log beside it. */
export function stepPlace(executionId: string, step: StepName): { dir: string; log: string } {
  const dir = join('logs', 'site', executionId, step);
  return { dir, log: `${dir}.jsonl` };
}

const MOST_LINES = 10_000;
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

  static async open(path: string, log: Log): Promise<StepLog> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return new StepLog(path, (await readLines(path)).length, log);
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

/** Read lines after the first `after`, at most 1,000; `isCut`: more follow. */
export async function readStepLog(
  path: string,
  after: number,
): Promise<{ readonly lines: readonly LogLine[]; readonly isCut: boolean }> {
  const all = await readLines(path);
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

async function readLines(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
