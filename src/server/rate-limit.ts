import type { Clock } from '../base/index.ts';

export interface RateLimitOptions {
  readonly perMinute: number;
  /** Most keys that are kept; beyond it the one that was longest unused is forgotten. */
  readonly maxKeys?: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

const MINUTE_MS = 60_000;

/** A token bucket for each key: a minute's worth at once, then as it fills up again. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #maxKeys: number;
  readonly #clock: Clock;
  /** In the order of their last use. */
  readonly #buckets = new Map<string, Bucket>();

  constructor({ perMinute, maxKeys = 10_000 }: RateLimitOptions, clock: Clock) {
    this.#perMinute = perMinute;
    this.#maxKeys = maxKeys;
    this.#clock = clock;
  }

  /** Take one for `key`. Returns 0 when it may go on, else milliseconds until it may. */
  take(key: string): number {
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(key) ?? { tokens: this.#perMinute, at: now };
    const filled = bucket.tokens + ((now - bucket.at) * this.#perMinute) / MINUTE_MS;
    const tokens = Math.min(this.#perMinute, filled);
    const waitMs = tokens >= 1 ? 0 : ((1 - tokens) * MINUTE_MS) / this.#perMinute;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    this.#forget();
    return waitMs;
  }

  get size(): number {
    return this.#buckets.size;
  }

  #forget(): void {
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size <= this.#maxKeys) return;
      this.#buckets.delete(key);
    }
  }
}
