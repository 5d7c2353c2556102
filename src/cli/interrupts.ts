import { InterruptedError } from './errors.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type SignalName = (typeof signals)[number];

/** Hears `name`, and how many signals have come so far: 1 for the first. */
export type OnSignal = (name: SignalName, count: number) => void;

interface SignalSource {
  on(name: SignalName, listener: () => void): unknown;
  off(name: SignalName, listener: () => void): unknown;
}

/**
 * Turn process signals into an ordered end. The first one aborts `signal`, so that waits end and
 * resources close; the second one leaves at once. A command may listen itself instead.
 */
export class Interrupts implements Disposable {
  readonly #abort = new AbortController();
  readonly #disposables = new DisposableStack();
  readonly #leave: () => void;
  #listener: OnSignal | undefined;
  #count = 0;

  constructor(source: SignalSource, leave: () => void) {
    this.#leave = leave;
    for (const name of signals) {
      const hear = (): void => this.#hear(name);
      source.on(name, hear);
      this.#disposables.defer(() => source.off(name, hear));
    }
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Hear signals instead of the default, until disposed. */
  listen(listener: OnSignal): Disposable {
    this.#listener = listener;
    return { [Symbol.dispose]: () => (this.#listener = undefined) };
  }

  /** Do what the default does at the first signal. */
  abort(name: SignalName): void {
    this.#abort.abort(new InterruptedError(name));
  }

  /** End the program now. Whatever runs is adopted by the next worker. */
  leave(): void {
    this.#leave();
  }

  [Symbol.dispose](): void {
    this.#disposables.dispose();
  }

  #hear(name: SignalName): void {
    this.#count += 1;
    if (this.#listener !== undefined) this.#listener(name, this.#count);
    else if (this.#count === 1) this.abort(name);
    else this.leave();
  }
}
