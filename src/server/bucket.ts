import type { Clock } from '../base/index.ts';

/** So much at once, and then as it fills up again. */
export class Bucket {
  readonly #capacity: number;
  readonly #perSecond: number;
  readonly #clock: Clock;
  #left: number;
  #at: number;

  constructor(capacity: number, perSecond: number, clock: Clock) {
    this.#capacity = capacity;
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#left = capacity;
    this.#at = clock.monotonic();
  }

  /** Take `amount`. False when there is not so much: then nothing is taken. */
  take(amount = 1): boolean {
    const now = this.#clock.monotonic();
    const filled = this.#left + ((now - this.#at) / 1_000) * this.#perSecond;
    this.#left = Math.min(this.#capacity, filled);
    this.#at = now;
    if (this.#left < amount) return false;
    this.#left -= amount;
    return true;
  }
}
