import { CodedError } from '../base/index.ts';
import type { Worker } from '../jobs/index.ts';
import type { StoredEvent } from '../store/index.ts';
import type { AppContext } from './context.ts';

const PAGE = 500;
/** A notice of a commit can be lost: look this often without one. */
const SWEEP_MS = 1_000;

const never = new AbortController().signal;

/**
 * Hear the events of every job that a worker of this process holds, each once and in order within
 * its job, from the moment it took the job. Disposing hands over what is left.
 */
export class WorkerWatch implements AsyncDisposable {
  readonly #ctx: Pick<AppContext, 'store' | 'log'>;
  readonly #worker: Pick<Worker, 'id' | 'running'>;
  readonly #onEvent: (event: StoredEvent) => void;
  readonly #disposables = new DisposableStack();
  /** Jobs that are followed, with the last event that was handed over. */
  readonly #sequences = new Map<string, number>();
  #isDue = false;
  #isLooking = false;
  #looking: Promise<void> | undefined;

  constructor(
    ctx: Pick<AppContext, 'store' | 'clock' | 'log'>,
    worker: Pick<Worker, 'id' | 'running'>,
    onEvent: (event: StoredEvent) => void,
  ) {
    this.#ctx = ctx;
    this.#worker = worker;
    this.#onEvent = onEvent;
    const poke = (): void => this.#poke();
    this.#disposables.use(ctx.store.watch(poke));
    this.#disposables.use(ctx.clock.every(SWEEP_MS, poke));
    poke();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposables.dispose();
    this.#poke();
    await this.#looking;
  }

  #poke(): void {
    this.#isDue = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#looking = this.#run();
  }

  async #run(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false;
      try {
        for (const id of new Set([...this.#sequences.keys(), ...this.#worker.running])) {
          await this.#look(id);
        }
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        this.#ctx.log.warn('events were not read; the next sweep tries again', { error });
      }
    }
    // In the same turn as the last look at #isDue: a poke after it starts a new run.
    this.#isLooking = false;
  }

  async #look(id: string): Promise<void> {
    const before = this.#sequences.get(id);
    const isHeld = this.#worker.running.includes(id);
    const events = await this.#ctx.store.events(id, before ?? 0, PAGE, never);
    const mine = ({ data }: StoredEvent): boolean => data['worker_id'] === this.#worker.id;
    const first = before === undefined ? events.findLastIndex(mine) : 0;
    if (first >= 0) events.slice(first).forEach(this.#onEvent);
    const last = events.at(-1)?.sequence;
    if (last !== undefined) this.#sequences.set(id, last);
    else if (!isHeld) this.#sequences.delete(id);
    if (events.length === PAGE) this.#isDue = true;
  }
}
