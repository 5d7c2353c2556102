import { abortable, Mutex } from '../base/index.ts';

/**
 * Let many pass at once, or one that must be alone.
 *
 * tmux 3.3a dies when it tells a control client of a change (a session made or closed, a window
 * selected) while that client is still introducing itself. So our commands stand still for the
 * few milliseconds in which another client of ours attaches.
 */
export class QuietGate {
  readonly #turns = new Mutex();
  #inside = 0;
  #wantAlone = 0;
  #opened = Promise.withResolvers<void>();
  #emptied = Promise.withResolvers<void>();

  /** Run with others. An aborted wait throws `signal.reason`, and the action does not run. */
  async together<T>(action: () => Promise<T>, signal: AbortSignal): Promise<T> {
    while (this.#wantAlone > 0) await abortable(this.#opened.promise, signal);
    this.#inside += 1;
    try {
      return await action();
    } finally {
      this.#inside -= 1;
      if (this.#inside === 0) this.#emptied.resolve();
    }
  }

  /** Run when nobody else is inside; who comes meanwhile waits. */
  async alone<T>(action: () => Promise<T>): Promise<T> {
    if (this.#wantAlone === 0) this.#opened = Promise.withResolvers();
    this.#wantAlone += 1;
    try {
      return await this.#turns.run(async () => {
        this.#emptied = Promise.withResolvers();
        if (this.#inside > 0) await this.#emptied.promise;
        return await action();
      });
    } finally {
      this.#wantAlone -= 1;
      if (this.#wantAlone === 0) this.#opened.resolve();
    }
  }
}
