import { closeSync, type FSWatcher, openSync, utimesSync, watch } from 'node:fs';

/**
 * Tell other processes of a commit by touching a file that they watch. A notice may be merged
 * with others or lost; it may also be our own.
 */
export class WakeFile implements Disposable {
  readonly #path: string;
  readonly #now: () => number;
  #watcher: FSWatcher | undefined;
  #isLost = false;

  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = now;
  }

  /** True once the system refused to watch (out of inotify watches, for example). */
  get isLost(): boolean {
    return this.#isLost;
  }

  touch(): void {
    const seconds = this.#now() / 1000;
    try {
      utimesSync(this.#path, seconds, seconds);
    } catch {
      // Somebody removed the file, or it is read-only. Whoever waits has a sweep.
      this.#create();
    }
  }

  watch(onTouch: () => void): Disposable {
    this.#create();
    try {
      // Not persistent: a program that only waits for this must have a sweep, and a timer with it.
      this.#watcher = watch(this.#path, { persistent: false }, onTouch);
      this.#watcher.on('error', () => this.#lose());
    } catch {
      this.#lose();
    }
    return this;
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #lose(): void {
    this.#isLost = true;
    this[Symbol.dispose]();
  }

  #create(): void {
    try {
      closeSync(openSync(this.#path, 'a', 0o600));
    } catch {
      // As in touch: a missing notice costs time, never data.
    }
  }
}
