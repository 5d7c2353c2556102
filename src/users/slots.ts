import { CodedError } from '../base/index.ts';

export interface SlotsOptions {
  /** How many may run at once. */
  readonly running: number;
  /** How many may wait for them; one more is refused. */
  readonly waiting: number;
}

/** Let a few run at a time and a bounded number wait, in the order they came. */
export class Slots {
  readonly #options: SlotsOptions;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: SlotsOptions) {
    this.#options = options;
  }

  /** @throws {CodedError} `auth.busy`: too many wait already. */
  async run<T>(action: () => Promise<T>): Promise<T> {
    if (this.#running < this.#options.running) this.#running += 1;
    else await this.#wait();
    try {
      return await action();
    } finally {
      // A slot is handed over, not given back: nobody who comes now gets before those who wait.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  async #wait(): Promise<void> {
    if (this.#waiting.length >= this.#options.waiting) {
      throw new CodedError('auth.busy', 'Too many people log in at this moment.', {
        facts: { waiting: this.#waiting.length, retryAfterMs: 5_000 },
        todo: 'Try again in a few seconds',
      });
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }
}
