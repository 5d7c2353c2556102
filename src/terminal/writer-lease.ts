import type { Clock, Deadline } from '../base/index.ts';
import { held } from './errors.ts';

export interface Writer {
  readonly userId: string;
  readonly name: string;
}

export interface LeaseOptions {
  readonly clock: Clock;
  /** It ends by itself after so long without typing or renewal. */
  readonly leaseMs: number;
  /** Somebody else, or nobody, holds it now, or it was renewed on request. */
  readonly onChange: () => void;
}

/** Who may type into one terminal: one viewer, or nobody. It lives in memory alone. */
export class WriterLease<T extends Writer> implements Disposable {
  readonly #options: LeaseOptions;
  #holder: T | undefined;
  #expiresAt = 0;
  #timer: Deadline | undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  get holder(): T | undefined {
    return this.#holder;
  }

  /** Undefined when nobody holds it. */
  get expiresInMs(): number | undefined {
    if (this.#holder === undefined) return undefined;
    return Math.max(0, Math.round(this.#expiresAt - this.#options.clock.monotonic()));
  }

  /** @throws {CodedError} `terminal.held` somebody else holds it and it is not taken. */
  acquire(writer: T, { take }: { readonly take: boolean }): void {
    const before = this.#holder;
    if (before !== undefined && before !== writer && !take) throw held(before.name);
    this.#holder = writer;
    this.typed();
    this.#arm();
    this.#options.onChange();
  }

  /** Does nothing for who does not hold it. */
  renew(writer: T): void {
    if (this.#holder !== writer) return;
    this.typed();
    this.#options.onChange();
  }

  /** Does nothing for who does not hold it. */
  release(writer: T): void {
    if (this.#holder === writer) this.#end();
  }

  /** The holder typed: that renews it without a word to the others. */
  typed(): void {
    const { clock, leaseMs } = this.#options;
    this.#expiresAt = clock.monotonic() + leaseMs;
  }

  [Symbol.dispose](): void {
    this.#holder = undefined;
    this.#timer?.[Symbol.dispose]();
  }

  #end(): void {
    this[Symbol.dispose]();
    this.#options.onChange();
  }

  /** One timer, set anew when it fires too early: typing renews often. */
  #arm(): void {
    this.#timer?.[Symbol.dispose]();
    const left = this.#expiresAt - this.#options.clock.monotonic();
    const timer = this.#options.clock.deadline(left, new Error('the lease ended'));
    this.#timer = timer;
    timer.signal.addEventListener('abort', () => {
      if (this.#timer !== timer) return;
      if (this.#expiresAt > this.#options.clock.monotonic()) this.#arm();
      else this.#end();
    });
  }
}
