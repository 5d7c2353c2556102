import { createReadStream, watch } from 'node:fs';
import { type App, type Job } from '../../app/index.ts';
import { hasCode } from '../../base/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { TextFilter } from '../text-filter.ts';

export interface JobLogsOptions {
  readonly follow?: boolean;
  readonly raw?: boolean;
}

/** A change that the system did not tell of is found this long after it. */
const SWEEP_MS = 1_000;
/** What a recording may leave behind: colours, a hidden cursor, the other screen. */
const RESET = '\u001b[0m\u001b[?25h\u001b[?1049l';

/** Print what the terminal of a job's last attempt printed. */
export async function jobLogs(
  door: Door,
  id: string,
  { follow = false, raw = false }: JobLogsOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const log = new LogPrinter(door, raw);
  if (!follow || printer.json) {
    const { path, bytes } = await app.findJobLog(id, interrupts.signal);
    if (printer.json) printer.value({ path, bytes });
    else await log.print(path);
  } else {
    await followLog(door, app, id, log);
  }
  if (raw && !printer.json && process.stdout.isTTY) printer.text(RESET);
  return 0;
}

/** Print on as the log grows, and on from the next attempt's log, until the job is settled. */
async function followLog(door: Door, app: App, id: string, log: LogPrinter): Promise<void> {
  const { clock, interrupts } = door;
  const { signal } = interrupts;
  let wake = Promise.withResolvers<void>();
  const poke = (): void => wake.resolve();
  let isSettled = false;
  const waiting = app.waitForJob(id, poke, signal).finally(() => {
    isSettled = true;
    poke();
  });
  using _sweep = clock.every(SWEEP_MS, poke);
  using watching = new LogWatch(poke);
  for (;;) {
    const isLast = isSettled;
    const path = await findLog(app, id, signal);
    if (path !== undefined) {
      watching.watch(path);
      await log.print(path);
    }
    if (isLast) break;
    await wake.promise;
    wake = Promise.withResolvers();
  }
  const job: Job = await waiting;
  door.printer.note(`Job ${job.id} ${job.status}.`);
}

async function findLog(app: App, id: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await app.findJobLog(id, signal)).path;
  } catch (error) {
    if (hasCode(error, 'job.no-log')) return undefined;
    throw error;
  }
}

/** Prints a growing file from where it stopped before. */
class LogPrinter {
  readonly #door: Door;
  readonly #filter: TextFilter | undefined;
  // Kept between prints: a letter of several bytes may be written in two parts.
  readonly #decoder = new TextDecoder();
  #path = '';
  #offset = 0;

  constructor(door: Door, isRaw: boolean) {
    this.#door = door;
    const isTerminal = door.printer.width !== Infinity;
    // Also raw, a recording must not make a person's terminal answer or copy.
    const raw = isTerminal ? new TextFilter('screen') : undefined;
    this.#filter = isRaw ? raw : new TextFilter('text');
  }

  async print(path: string): Promise<void> {
    if (path !== this.#path) this.#offset = 0;
    this.#path = path;
    for await (const chunk of createReadStream(path, { start: this.#offset })) {
      const bytes = Buffer.from(chunk);
      this.#offset += bytes.length;
      if (this.#filter === undefined) process.stdout.write(bytes);
      else
        this.#door.printer.text(this.#filter.take(this.#decoder.decode(bytes, { stream: true })));
    }
  }
}

/** Hears that one file changed, the one that was named last. */
class LogWatch implements Disposable {
  readonly #onChange: () => void;
  #path: string | undefined;
  #watcher: Disposable | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  watch(path: string): void {
    if (path === this.#path) return;
    this[Symbol.dispose]();
    this.#path = path;
    try {
      const watcher = watch(path, this.#onChange);
      // No watches are left, or the file went away: the sweep goes on.
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
