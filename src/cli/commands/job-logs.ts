import { watch } from 'node:fs';
import type { App, AttemptChoice, JobLog } from '../../app/index.ts';
import { hasCode } from '../../base/index.ts';
import type { JobLogView } from '../../contract/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { TextFilter } from '../text-filter.ts';

export interface JobLogsOptions {
  readonly attempt?: number;
  readonly follow?: boolean;
  readonly raw?: boolean;
}

/** A change that the system did not tell of is found this long after it. */
const SWEEP_MS = 1_000;
/** What a recording may leave behind: colours, a hidden cursor, the other screen. */
const RESET = '\u001b[0m\u001b[?25h\u001b[?1049l';

/** Print what the terminal of an attempt printed, of the last one unless another is named. */
export async function jobLogs(
  door: Door,
  id: string,
  { attempt, follow = false, raw = false }: JobLogsOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const print = new LogPrinter(door, app, raw);
  const choice = { job: id, attempt };
  if (!follow || printer.json) {
    const log = await app.findJobLog(choice, interrupts.signal);
    if (printer.json) printer.value(toView(log));
    else await print.rest(log);
  } else {
    await followLog(door, app, choice, print);
  }
  if (raw && !printer.json && process.stdout.isTTY) printer.text(RESET);
  return 0;
}

function toView({ jobId, attempt, path, from, to, droppedBytes }: JobLog): JobLogView {
  const size = { bytes: to - from, dropped_bytes: droppedBytes };
  return { job_id: jobId, attempt, path, ...size };
}

/**
 * Print on as the log grows. Without a number, also on from the log of the next attempt, until the
 * job is settled; with one until that attempt has ended.
 */
async function followLog(
  { clock, interrupts, printer }: Door,
  app: App,
  choice: AttemptChoice,
  print: LogPrinter,
): Promise<void> {
  const left = new AbortController();
  const signal = AbortSignal.any([interrupts.signal, left.signal]);
  let wake = Promise.withResolvers<void>();
  let isStale = true;
  let isSettled = false;
  const changed = (): void => {
    isStale = true;
    wake.resolve();
  };
  const waiting = app.waitForJob(choice.job, changed, signal).finally(() => {
    isSettled = true;
    changed();
  });
  using _sweep = clock.every(SWEEP_MS, changed);
  using watching = new DirWatch(() => wake.resolve());
  let log: JobLog | undefined;
  for (let isLast = false; !isLast;) {
    isLast = isSettled;
    if (isStale) {
      isStale = false;
      log = await findLog(app, choice, signal);
      isLast ||= choice.attempt !== undefined && log?.isGrowing === false;
    }
    if (log !== undefined) {
      watching.watch(log.dir);
      await print.rest(log);
    }
    if (!isLast) await wake.promise;
    wake = Promise.withResolvers();
  }
  if (isSettled) {
    const job = await waiting;
    printer.note(`Job ${job.id} ${job.status}.`);
  } else {
    left.abort();
    await waiting.catch(() => {});
    printer.note(`Attempt ${log?.attempt} has ended.`);
  }
}

async function findLog(
  app: App,
  choice: AttemptChoice,
  signal: AbortSignal,
): Promise<JobLog | undefined> {
  try {
    return await app.findJobLog(choice, signal);
  } catch (error) {
    if (hasCode(error, 'job.no-log')) return undefined;
    throw error;
  }
}

/** Prints logs, each from where it stopped before. */
class LogPrinter {
  readonly #door: Door;
  readonly #app: App;
  readonly #filter: TextFilter | undefined;
  // Kept between prints: a letter of several bytes may be written in two parts.
  readonly #decoder = new TextDecoder();
  #log: JobLog | undefined;
  #offset = 0;

  constructor(door: Door, app: App, isRaw: boolean) {
    this.#door = door;
    this.#app = app;
    const isTerminal = door.printer.width !== Infinity;
    // Also raw, a recording must not make a person's terminal answer or copy.
    const raw = isTerminal ? new TextFilter('screen') : undefined;
    this.#filter = isRaw ? raw : new TextFilter('text');
  }

  /** Print what has come to a log since the last time, and before that the rest of the one before. */
  async rest(log: JobLog): Promise<void> {
    const before = this.#log;
    this.#log = log;
    if (before?.dir === log.dir) {
      // The attempts of one conversation share a log.
      this.#offset = Math.max(this.#offset, log.from);
    } else {
      if (before !== undefined) await this.#print(before);
      this.#offset = log.from;
      if (log.droppedBytes > 0) this.#tellOfGap(log.droppedBytes);
    }
    await this.#print(log);
  }

  async #print(log: JobLog): Promise<void> {
    for await (const { offset, bytes } of this.#app.readJobLog(log, this.#offset)) {
      if (offset > this.#offset) this.#tellOfGap(offset - this.#offset);
      this.#offset = offset + bytes.length;
      if (this.#filter === undefined) process.stdout.write(bytes);
      else
        this.#door.printer.text(this.#filter.take(this.#decoder.decode(bytes, { stream: true })));
    }
  }

  #tellOfGap(bytes: number): void {
    this.#door.printer.note(`(${bytes} bytes before this gave way to newer output)`);
  }
}

/** Hears that something changed in one directory, the one that was named last. */
class DirWatch implements Disposable {
  readonly #onChange: () => void;
  #dir: string | undefined;
  #watcher: Disposable | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  watch(dir: string): void {
    if (dir === this.#dir) return;
    this[Symbol.dispose]();
    this.#dir = dir;
    try {
      const watcher = watch(dir, this.#onChange);
      // No watches are left, or the directory went away: the sweep goes on.
      watcher.on('error', () => {});
      this.#watcher = { [Symbol.dispose]: () => watcher.close() };
    } catch {
      this.#watcher = undefined;
    }
  }

  [Symbol.dispose](): void {
    this.#watcher?.[Symbol.dispose]();
    this.#watcher = undefined;
  }
}
