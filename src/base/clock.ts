/**
 * Tell the time and wait, behind an interface so that tests decide how time passes.
 *
 * `now` is wall time in milliseconds since the epoch: for records and for deadlines that outlive
 * the process. `monotonic` never jumps: for measuring inside one process.
 */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Resolve after `ms`; an aborted wait throws `signal.reason`. Never a substitute for an event. */
  after(ms: number, signal: AbortSignal): Promise<void>;
  /**
   * A signal that aborts with `reason` after `ms`, unless it is disposed first. `Infinity`, and
   * anything above 24 days, never aborts.
   */
  deadline(ms: number, reason: Error): Deadline;
  /** Call `tick` every `ms` until disposed. A tick that throws ends the program: catch inside. */
  every(ms: number, tick: () => void): Disposable;
}

export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/** setTimeout counts in a signed 32-bit number; a longer wait would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after,
  deadline,
  every,
};

async function after(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS));
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function deadline(ms: number, reason: Error): Deadline {
  const controller = new AbortController();
  if (ms > LONGEST_TIMER_MS) return { signal: controller.signal, [Symbol.dispose]() {} };
  const timer = setTimeout(() => controller.abort(reason), ms);
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}

function every(ms: number, tick: () => void): Disposable {
  const timer = setInterval(tick, ms);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
