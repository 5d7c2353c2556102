import { abortable, CodedError } from '../base/index.ts';
import { JobCancelledError, WorkerStoppedError } from './attempt-errors.ts';
import { holdAttempt, type WorkerTools } from './hold-attempt.ts';
import { carryOutInterrupts } from './interrupts.ts';
import { findCancelRequests, renewLeases, takeOver } from './keep-lease.ts';
import { type AttemptPlace, claimNext, type ClaimLimits, type Lease } from './lease.ts';
import type { Job } from './job.ts';
import { LeaseLostError } from './record-attempt.ts';
import { writeQueueSnapshot } from './session-files.ts';
import { expireQueued } from './steer-job.ts';
import { Steering } from './steering.ts';
import { sweepOrphans } from './sweep-orphans.ts';
import { findDeadWorkers, registerWorker, signOff } from './worker-row.ts';

export interface WorkerOptions {
  readonly limits: ClaimLimits;
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  /** How often to look for what no notice told of: due jobs, dead workers, passed deadlines. */
  readonly sweepMs: number;
  /** Do these jobs and no others; undefined does every job. */
  readonly only: readonly string[] | undefined;
  readonly place: (job: Job, nonce: string) => AttemptPlace;
  /** What else is to be done now and then while a worker runs; jobs do not wait for it. */
  readonly housekeep?: (signal: AbortSignal) => Promise<void>;
}

const ORPHAN_SWEEP_MS = 60_000;
const HOUSEKEEPING_MS = 10 * 60_000;

interface Held {
  readonly lease: Lease;
  readonly steering: Steering;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Lease jobs and make attempts until stopped. At the start, and whenever another worker dies, its
 * attempts are taken over: live agents are adopted, lost ones are tried again.
 *
 * One pass of the loop runs at a time and a notice that comes meanwhile starts another, so that
 * nothing is missed and nothing runs twice.
 */
export class Worker implements AsyncDisposable {
  readonly id: string;
  readonly #tools: WorkerTools;
  readonly #options: WorkerOptions;
  /** By run id: a job's next attempt may begin while the agent of its last one is being ended. */
  readonly #held = new Map<string, Held>();
  /** Sessions whose `job_queue.json` is behind. */
  readonly #changed = new Set<string>();
  readonly #stopping = new AbortController();
  #isClaiming = true;
  #wake = Promise.withResolvers<void>();
  #loop: Promise<void> = Promise.resolve();
  readonly #disposables = new DisposableStack();

  private constructor(tools: WorkerTools, options: WorkerOptions) {
    this.id = tools.ids.next('wkr');
    this.#tools = tools;
    this.#options = options;
  }

  static async start(
    tools: WorkerTools,
    options: WorkerOptions,
    signal: AbortSignal,
  ): Promise<Worker> {
    const worker = new Worker(tools, options);
    const { concurrency } = options.limits;
    const now = tools.clock.now();
    await registerWorker(tools.store, { id: worker.id, now, concurrency }, signal);
    worker.#begin();
    return worker;
  }

  /** Ids of the jobs whose attempts run here now. */
  get running(): readonly string[] {
    return [...this.#held.values()].map(({ lease }) => lease.job.id);
  }

  /**
   * Resolves when no job runs here and none can be claimed now. By then the agents are gone of
   * attempts that had ended before this worker began.
   */
  async untilIdle(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      await this.#pass();
      const [first] = this.#held.values();
      if (first === undefined) return;
      await abortable(first.ended, signal);
    }
  }

  /** Claim nothing more and wait for the attempts that run. */
  async drain(signal: AbortSignal): Promise<void> {
    this.#isClaiming = false;
    // Also what a pass that was under way claimed or took over.
    await this.untilIdle(signal);
  }

  /** Stop now and leave the agents running: the next worker adopts them at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#isClaiming = false;
    this.#stopping.abort(new WorkerStoppedError());
    this.#disposables.dispose();
    this.#wake.resolve();
    await this.#loop;
    for (const { abort } of this.#held.values()) abort.abort(new WorkerStoppedError());
    await Promise.all([...this.#held.values()].map(async ({ ended }) => await ended));
    await this.#housekeeping;
    await this.#writeSnapshots(new AbortController().signal);
    await signOff(this.#tools.store, this.id, this.#tools.clock.now());
  }

  #begin(): void {
    const { store, clock } = this.#tools;
    const { heartbeatMs, sweepMs } = this.#options;
    const poke = (): void => this.#wake.resolve();
    this.#disposables.use(store.watch(poke));
    this.#disposables.use(clock.every(sweepMs, poke));
    this.#disposables.use(clock.every(heartbeatMs, () => void this.#renew()));
    this.#loop = this.#run();
    poke();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
      try {
        await this.#pass();
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        if (!(error instanceof CodedError))
          this.#tools.log.error('a pass met a fault of ours', { error });
        else this.#tools.log.warn('a pass failed; the next sweep tries again', { error });
      }
    }
  }

  #nextSweep = 0;
  #nextOrphanSweep = 0;
  #nextHousekeeping = 0;
  #housekeeping: Promise<void> = Promise.resolve();
  #passing: Promise<void> = Promise.resolve();

  /** One look at everything; passes run one after the other. */
  async #pass(): Promise<void> {
    const before = this.#passing;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#passing = promise;
    try {
      await before;
      await this.#look();
    } finally {
      resolve();
    }
  }

  async #look(): Promise<void> {
    const { signal } = this.#stopping;
    const { store, clock } = this.#tools;
    const now = clock.now();
    if (this.#held.size > 0) {
      for (const jobId of await findCancelRequests(store, this.id, signal)) this.#cancel(jobId);
      await carryOutInterrupts(this.#tools, { workerId: this.id, held: this.#held }, signal);
    }
    if (clock.monotonic() >= this.#nextSweep) {
      this.#nextSweep = clock.monotonic() + this.#options.sweepMs;
      await expireQueued(store, now, signal);
      await this.#adopt(now);
      await this.#sweepOrphans(now);
      await this.#writeSnapshots(signal);
      this.#housekeep();
    }
    while (this.#isClaiming && this.#held.size < this.#options.limits.concurrency) {
      const lease = await this.#claim();
      if (lease === undefined) return;
      this.#hold(lease);
    }
  }

  #housekeep(): void {
    const { clock, log } = this.#tools;
    const { housekeep } = this.#options;
    if (housekeep === undefined || clock.monotonic() < this.#nextHousekeeping) return;
    this.#nextHousekeeping = clock.monotonic() + HOUSEKEEPING_MS;
    const { signal } = this.#stopping;
    this.#housekeeping = this.#housekeeping
      .then(async () => await housekeep(signal))
      .catch((error: unknown) => {
        if (!signal.aborted) log.warn('some housekeeping was left undone', { error });
      });
  }

  async #adopt(now: number): Promise<void> {
    const { signal } = this.#stopping;
    const { leaseMs, only } = this.#options;
    const deadWorkers = await findDeadWorkers(this.#tools.store, now, signal);
    const takeover = { workerId: this.id, held: this.running, now, leaseMs, deadWorkers, only };
    for (const lease of await takeOver(this.#tools.store, takeover, signal)) this.#hold(lease);
  }

  /** All that ended before at the first look, then what ended lately. */
  async #sweepOrphans(now: number): Promise<void> {
    const { clock } = this.#tools;
    if (this.#options.only !== undefined || clock.monotonic() < this.#nextOrphanSweep) return;
    const endedAfter = this.#nextOrphanSweep === 0 ? 0 : now - 2 * ORPHAN_SWEEP_MS;
    this.#nextOrphanSweep = clock.monotonic() + ORPHAN_SWEEP_MS;
    await sweepOrphans(this.#tools, { held: this.running, endedAfter }, this.#stopping.signal);
  }

  async #writeSnapshots(signal: AbortSignal): Promise<void> {
    for (const sessionId of this.#changed) {
      this.#changed.delete(sessionId);
      try {
        await writeQueueSnapshot(this.#tools, sessionId, signal);
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        this.#tools.log.warn('job_queue.json was not written', { sessionId, error });
      }
    }
  }

  async #claim(): Promise<Lease | undefined> {
    const { leaseMs, limits, only, place } = this.#options;
    const { store, clock, ids } = this.#tools;
    const claim = { workerId: this.id, now: clock.now(), leaseMs, limits, only, place };
    return await claimNext(store, claim, ids, this.#stopping.signal);
  }

  #hold(lease: Lease): void {
    const abort = new AbortController();
    const { id } = lease.job;
    const { runId } = lease.attempt;
    const steering = new Steering();
    const ended = holdAttempt(lease, { ...this.#tools, steering }, abort.signal)
      .catch((error: unknown) => {
        // The lease runs out and the attempt is taken over: nothing is lost, but somebody must know.
        this.#tools.log.error('an attempt was dropped', { jobId: id, error });
      })
      .finally(() => {
        this.#held.delete(runId);
        this.#changed.add(lease.job.sessionId);
        this.#wake.resolve();
      });
    this.#held.set(runId, { lease, steering, abort, ended });
    this.#changed.add(lease.job.sessionId);
    if (lease.job.cancelRequestedAt !== undefined) this.#cancel(id);
  }

  #cancel(jobId: string): void {
    for (const { lease, abort } of this.#held.values()) {
      if (lease.job.id === jobId) abort.abort(new JobCancelledError(jobId));
    }
  }

  async #renew(): Promise<void> {
    if (this.#held.size === 0 && this.#stopping.signal.aborted) return;
    const { store, clock, log } = this.#tools;
    const before = [...this.#held.values()];
    try {
      const { leaseMs } = this.#options;
      const renewal = { workerId: this.id, jobIds: this.running, now: clock.now(), leaseMs };
      const kept = new Set(await renewLeases(store, renewal, this.#stopping.signal));
      for (const { lease, abort } of before) {
        const isCurrent = this.#held.has(lease.attempt.runId);
        if (isCurrent && !kept.has(lease.job.id) && !(await this.#isSettled(lease))) {
          abort.abort(new LeaseLostError(lease.job.id, lease.attempt.number));
        }
      }
    } catch (error) {
      if (!this.#stopping.signal.aborted) log.warn('the leases were not renewed', { error });
    }
  }

  /** An attempt that has just been settled holds no lease either, and must end its agent in peace. */
  async #isSettled({ job, attempt }: Lease): Promise<boolean> {
    const rows = await this.#tools.store.read(
      async (sql) =>
        await sql.all(
          `SELECT state FROM attempts WHERE job_id = $1 AND number = $2 AND worker_id = $3`,
          [job.id, attempt.number, this.id],
        ),
      this.#stopping.signal,
    );
    return rows.some(({ state }) => state === 'ended');
  }
}
