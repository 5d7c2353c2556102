import { abortable, CodedError, ownIdentity, type ProcessIdentity } from '../base/index.ts';
import { expireSites } from './destroy-state.ts';
import { destroySite } from './destroy-site.ts';
import { ExecutionCancelledError, HoldLostError, RunnerStoppedError } from './errors.ts';
import { nameOwner } from './lease-owner.ts';
import * as leases from './leases.ts';
import { runExecution } from './run-execution.ts';
import type { PipelineTools } from './tools.ts';

export interface RunnerOptions {
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  /** How often to look for what no notice told of. */
  readonly sweepMs: number;
  /** Executions and destructions that are done at once here. */
  readonly concurrency: number;
  /** Do what concerns this session and nothing else. */
  readonly only: string | undefined;
  /** Left out: this process. */
  readonly self?: ProcessIdentity;
}

interface Held {
  readonly hold: leases.Hold;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Lease executions and do their steps, and destroy what is to be destroyed, until stopped. Agents
 * are asked by jobs: a worker is needed beside it.
 */
export class Runner implements AsyncDisposable {
  readonly #tools: PipelineTools;
  readonly #options: RunnerOptions;
  readonly #owner: string;
  /** By id of the execution, or of the session that is being destroyed. */
  readonly #held = new Map<string, Held>();
  readonly #stopping = new AbortController();
  readonly #disposables = new DisposableStack();
  #wake = Promise.withResolvers<void>();
  #loop: Promise<void> = Promise.resolve();
  #passing: Promise<void> = Promise.resolve();

  private constructor(tools: PipelineTools, options: RunnerOptions, self: ProcessIdentity) {
    this.#tools = tools;
    this.#options = options;
    this.#owner = nameOwner(tools.ids.next('run'), self);
  }

  static async start(
    tools: PipelineTools,
    options: RunnerOptions,
    signal: AbortSignal,
  ): Promise<Runner> {
    signal.throwIfAborted();
    const runner = new Runner(tools, options, options.self ?? (await ownIdentity()));
    runner.#begin();
    return runner;
  }

  /** Resolves when no execution runs here and none can be leased now. */
  async untilIdle(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      await this.#pass();
      const [first] = this.#held.values();
      if (first === undefined) return;
      await abortable(first.ended, signal);
    }
  }

  /** Stop now; what runs here is free for the next runner, and its agents go on. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort(new RunnerStoppedError());
    this.#disposables.dispose();
    this.#wake.resolve();
    await this.#loop;
    await this.#passing;
    for (const { abort } of this.#held.values()) abort.abort(this.#stopping.signal.reason);
    await Promise.all([...this.#held.values()].map(async ({ ended }) => await ended));
  }

  #begin(): void {
    const { store, clock } = this.#tools;
    const poke = (): void => this.#wake.resolve();
    this.#disposables.use(store.watch(poke));
    this.#disposables.use(clock.every(this.#options.sweepMs, poke));
    this.#disposables.use(clock.every(this.#options.heartbeatMs, () => void this.#renew()));
    this.#loop = this.#run();
    poke();
  }

  async #run(): Promise<void> {
    for (;;) {
      await this.#wake.promise;
      if (this.#stopping.signal.aborted) return;
      this.#wake = Promise.withResolvers();
      try {
        await this.#pass();
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        const { log } = this.#tools;
        if (error instanceof CodedError)
          log.warn('a look at the sites failed; the next sweep tries again', { error });
        else log.error('a look at the sites met a fault of ours', { error });
      }
    }
  }

  /** One look at everything; looks come one after the other. */
  async #pass(): Promise<void> {
    const look = this.#passing.then(async () => await this.#look());
    this.#passing = look.catch(() => {});
    await look;
  }

  #nextSweep = 0;

  async #look(): Promise<void> {
    const { store, clock } = this.#tools;
    const { signal } = this.#stopping;
    await this.#cancelAsked();
    const due = { owner: this.#owner, now: clock.now() };
    if (!(await leases.isAnythingDue(store, due, signal))) return;
    if (this.#options.only === undefined && clock.monotonic() >= this.#nextSweep) {
      this.#nextSweep = clock.monotonic() + this.#options.sweepMs;
      await store.write(async (sql) => await expireSites(sql, clock.now()), signal);
    }
    while (this.#held.size < this.#options.concurrency) {
      const { leaseMs, only } = this.#options;
      const held = [...this.#held.keys()];
      const claim = { owner: this.#owner, now: clock.now(), leaseMs, held, only };
      const hold =
        (await leases.claimExecution(store, claim, signal)) ??
        (await leases.claimDestruction(store, claim, signal));
      if (hold === undefined) return;
      this.#hold(hold);
    }
  }

  async #cancelAsked(): Promise<void> {
    const ids = [...this.#held.keys()];
    if (ids.length === 0) return;
    const places = ids.map((_id, index) => `$${index + 1}`).join(', ');
    const rows = await this.#tools.store.read(
      async (sql) =>
        await sql.all(
          `SELECT id FROM executions WHERE cancel_requested_at IS NOT NULL AND id IN (${places})`,
          ids,
        ),
      this.#stopping.signal,
    );
    for (const row of rows) {
      const id = String(row['id']);
      this.#held.get(id)?.abort.abort(new ExecutionCancelledError(id));
    }
  }

  #hold(hold: leases.Hold): void {
    const { store, log } = this.#tools;
    const abort = new AbortController();
    const perform = hold.table === 'sites' ? destroySite : runExecution;
    const ended = perform(this.#tools, hold, abort.signal)
      .catch(async (error: unknown) => {
        if (error instanceof HoldLostError) return;
        if (this.#stopping.signal.aborted) await leases.releaseHold(store, hold);
        // Its lease runs out, and it is gone on with: nothing is lost, but somebody must know.
        else log.error('an execution was dropped', { id: hold.id, error });
      })
      .catch((error: unknown) => log.warn('a lease was not given up', { id: hold.id, error }))
      .finally(() => {
        this.#held.delete(hold.id);
        this.#wake.resolve();
      });
    this.#held.set(hold.id, { hold, abort, ended });
  }

  async #renew(): Promise<void> {
    const held = [...this.#held.values()];
    if (held.length === 0) return;
    const { store, clock, log } = this.#tools;
    const renewal = { owner: this.#owner, until: clock.now() + this.#options.leaseMs };
    try {
      const holds = held.map(({ hold }) => hold);
      const kept = await leases.renewHolds(store, holds, renewal, this.#stopping.signal);
      for (const { hold, abort } of held) {
        // One that ended just now has no lease either, and listens no more.
        if (!kept.has(hold.id)) abort.abort(new HoldLostError(hold.id));
      }
    } catch (error) {
      if (!this.#stopping.signal.aborted) log.warn('leases of sites were not renewed', { error });
    }
  }
}
