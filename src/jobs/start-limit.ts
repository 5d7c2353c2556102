import type { Agent } from '../agents/index.ts';
import type { Clock } from '../base/index.ts';

/** A limit of the time until an agent is ready, which stands still while it asks a person. */
export class StartLimit implements Disposable {
  readonly #clock: Clock;
  readonly #error: Error;
  readonly #abort = new AbortController();
  readonly #watching: Disposable;
  #leftMs: number;
  #running: { readonly deadline: Disposable; readonly since: number } | undefined;

  // oxlint-disable-next-line max-params -- whose, by which clock, how long, and then what
  constructor(agent: Pick<Agent, 'state' | 'watch'>, clock: Clock, limitMs: number, error: Error) {
    this.#clock = clock;
    this.#error = error;
    this.#leftMs = limitMs;
    this.#watching = agent.watch(({ kind }) => this.#see(kind === 'asking'));
    this.#see(agent.state.kind === 'asking');
  }

  /** Aborts with the error when the time is up. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]();
    this.#pause();
  }

  #see(isAsking: boolean): void {
    if (isAsking) this.#pause();
    else this.#run();
  }

  #run(): void {
    if (this.#running !== undefined) return;
    const deadline = this.#clock.deadline(this.#leftMs, this.#error);
    const { signal } = deadline;
    signal.addEventListener('abort', () => this.#abort.abort(signal.reason), { once: true });
    this.#running = { deadline, since: this.#clock.monotonic() };
  }

  #pause(): void {
    if (this.#running === undefined) return;
    const { deadline, since } = this.#running;
    deadline[Symbol.dispose]();
    this.#leftMs = Math.max(0, this.#leftMs - (this.#clock.monotonic() - since));
    this.#running = undefined;
  }
}
