import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from './clock.ts';

export interface DirectoryWatchOptions {
  readonly clock: Clock;
  /** How often to look without an event: events can be lost, and inotify can be used up. */
  readonly sweepMs: number;
}

/**
 * Calls `look` once at the start, whenever a file appears in, vanishes from or is renamed in one
 * of the directories, and every `sweepMs`, until disposed. A file that only grows is no reason.
 * What happens while it runs leads to one more run, never to two at once; disposing waits for the
 * run that is on.
 *
 * `look` reads the directories itself and catches what may fail: its rejection is a bug and ends
 * the program. A directory that cannot be watched is left to the sweep.
 */
export class DirectoryWatch implements AsyncDisposable {
  readonly #look: () => Promise<void>;
  readonly #watchers: readonly FSWatcher[];
  readonly #sweep: Disposable;
  #isClosed = false;
  #isDue = false;
  #running: Promise<void> | undefined;

  constructor(
    dirs: readonly string[],
    { clock, sweepMs }: DirectoryWatchOptions,
    look: () => Promise<void>,
  ) {
    this.#look = look;
    this.#watchers = dirs.flatMap((dir) => watchOne(dir, () => this.poke()) ?? []);
    this.#sweep = clock.every(sweepMs, () => this.poke());
    this.poke();
  }

  /** Have `look` called soon: something outside the directories says that it is time. */
  poke(): void {
    this.#isDue = true;
    if (this.#isClosed) return;
    this.#running ??= this.#run();
  }

  /** Resolves when `look` has run with all that was there at the time of the call. */
  async fresh(): Promise<void> {
    this.poke();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const watcher of this.#watchers) watcher.close();
    this.#sweep[Symbol.dispose]();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#isDue && !this.#isClosed) {
        this.#isDue = false;
        await this.#look();
      }
    } finally {
      this.#running = undefined;
    }
  }
}

function watchOne(dir: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dir, (event) => {
      if (event === 'rename') onChange();
    });
    // The directory went away, or the system ran out of watches: the sweep goes on.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
