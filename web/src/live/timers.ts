/** What passes of time, so that tests decide it. */
export interface Timers {
  /** Milliseconds that never jump back. */
  now(): number;
  /** Call once after `ms`; the function returned takes it back. */
  after(ms: number, call: () => void): () => void;
}

export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

const usual: BackOff = { firstMs: 500, longestMs: 15_000 };

/**
 * How long to wait before the next try, after `failures` in a row: twice as long each time, and
 * anything between half of that and all of it, so that clients of one server do not come at once.
 */
export function backOffMs(failures: number, fraction: number, backOff: BackOff = usual): number {
  const { firstMs, longestMs } = backOff;
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 20));
  return Math.round(whole * (0.5 + fraction / 2));
}
