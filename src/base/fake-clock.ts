import type { Clock, Deadline } from './clock.ts';

interface Timer {
  readonly fire: () => void;
  readonly repeatMs: number | undefined;
  due: number;
}

/**
 * A clock that stands still until a test moves it. Timers fire in the order they are due, and
 * `now` and `monotonic` show their moment while they do.
 */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now: number;
  #monotonic = 0;

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Timers that are still set; a test that ends with some has left a wait behind. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Jump the wall clock alone, as an administrator or NTP does. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Let `ms` pass, firing what falls due; continuations run between two timers. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    for (;;) {
      const next = [...this.#timers].toSorted((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > end) break;
      this.#move(next.due);
      if (next.repeatMs === undefined) this.#timers.delete(next);
      else next.due += next.repeatMs;
      next.fire();
      await settle();
    }
    this.#move(end);
    await settle();
  }

  async after(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    using _timer = this.#set(ms, resolve);
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  deadline(ms: number, reason: Error): Deadline {
    const controller = new AbortController();
    const timer = this.#set(ms, () => controller.abort(reason));
    return { signal: controller.signal, [Symbol.dispose]: () => timer[Symbol.dispose]() };
  }

  every(ms: number, tick: () => void): Disposable {
    return this.#set(ms, tick, ms);
  }

  #set(ms: number, fire: () => void, repeatMs?: number): Disposable {
    const timer: Timer = { fire, repeatMs, due: this.#monotonic + ms };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => this.#timers.delete(timer) };
  }

  #move(to: number): void {
    this.#now += to - this.#monotonic;
    this.#monotonic = to;
  }
}

/** Let every promise that can go on now do so. */
async function settle(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  await promise;
}
