import { type Clock, CodedError, DirectoryWatch, hasCode, type Log } from '../base/index.ts';
import type { TmuxPane } from '../tmux/index.ts';
import type { Adapter, Screen, ScreenReading } from './adapter.ts';
import type { AgentRequest, AgentState } from './agent.ts';
import {
  believe,
  CONTRADICTION_MS,
  type Knowledge,
  learn,
  nothingKnown,
  type Sighting,
} from './evidence.ts';
import { ExchangeReader, replyOf } from './exchange-reader.ts';
import { repliesDir } from './hook-spool.ts';
import { toAgentExit } from './pane-exit.ts';
import { sendReply } from './replies.ts';
import { EXIT_SENTINEL } from './runner.ts';
import { captureScreen } from './read-screen.ts';
import { findAgentPid, findStatus } from './status-file.ts';

export interface Observed {
  readonly adapter: Adapter;
  readonly request: AgentRequest;
  readonly pane: TmuxPane;
  readonly clock: Clock;
  readonly log: Log;
  readonly startedAt: number;
}

/** How often files and screen are looked at without an event. */
const SWEEP_MS = 5_000;
/** Shortest time between two captures: until the instruction has arrived, and after that. */
const EAGER_PACE_MS = 5;
const IDLE_PACE_MS = 250;

/**
 * Watches one agent: its exchange's files, its screen, its end. Everything seen goes into one
 * `Knowledge`; whoever waits is told of each change.
 */
export class Observer implements AsyncDisposable {
  readonly #observed: Observed;
  readonly #reader: ExchangeReader;
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #files: DirectoryWatch;
  readonly #loops: Promise<unknown>;
  #knowledge: Knowledge;
  #reading: ScreenReading | undefined;
  #screen: Screen = { rows: [], styledRows: [] };
  #drawn = Promise.withResolvers<void>();
  /** Questions whose hooks are to be let go once they are over. */
  readonly #waiting = new Set<string>();
  #agentPid: number | undefined;
  #looksLater = false;
  #paceMs = EAGER_PACE_MS;
  #progressAt: number;

  constructor(observed: Observed) {
    this.#observed = observed;
    const { adapter, request, clock, startedAt } = observed;
    this.#knowledge = nothingKnown(startedAt, request.mode);
    this.#progressAt = clock.monotonic();
    this.#reader = new ExchangeReader(adapter, request);
    const { exchange, homeDir } = request;
    const dirs = [exchange.eventsDir, exchange.dir, repliesDir(homeDir)];
    this.#files = new DirectoryWatch(
      dirs,
      { clock, sweepMs: SWEEP_MS },
      async () => await this.#lookAtFiles(),
    );
    // What exits when it is done says nothing by its screen, and needs nobody to read it.
    const readsScreen = adapter.doneBy === 'turn';
    this.#loops = Promise.all([
      this.#guard(async () => await this.#followExit()),
      ...(readsScreen ? [this.#guard(async () => await this.#followOutput())] : []),
      ...(readsScreen ? [this.#guard(async () => await this.#captureLoop())] : []),
    ]);
  }

  get knowledge(): Knowledge {
    return this.#knowledge;
  }

  get state(): AgentState {
    return believe(this.#knowledge);
  }

  /** Monotonic ms of the last sign of work: something was printed, or a hook told of something. */
  get progressAt(): number {
    return this.#progressAt;
  }

  /** The newest reading of the screen, undefined before the first. */
  get reading(): ScreenReading | undefined {
    return this.#reading;
  }

  /** The rows that `reading` was made of. */
  get rows(): readonly string[] {
    return this.#screen.rows;
  }

  /** Be told of everything new. The listener must not throw. */
  listen(listener: () => void): Disposable {
    const own = (): void => listener();
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => this.#listeners.delete(own) };
  }

  /**
   * Wait until `test` returns something. It is asked now and after everything new; what it throws
   * ends the wait.
   */
  async until<T>(test: () => T | undefined, signal: AbortSignal): Promise<T> {
    const stop = AbortSignal.any([signal, this.#closing.signal]);
    stop.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const ask = (): void => {
      try {
        const answer = test();
        if (answer !== undefined) resolve(answer);
      } catch (error) {
        reject(error);
      }
    };
    const abort = (): void => reject(stop.reason);
    stop.addEventListener('abort', abort, { once: true });
    using _listening = this.listen(ask);
    ask();
    try {
      return await promise;
    } finally {
      stop.removeEventListener('abort', abort);
    }
  }

  /** Look less often at the screen from now on: the instruction has arrived. */
  relax(): void {
    this.#paceMs = IDLE_PACE_MS;
  }

  /** Read files and screen now. */
  async look(signal: AbortSignal): Promise<void> {
    await this.#files.fresh();
    if (this.#observed.adapter.doneBy === 'turn') await this.#lookAgain(signal);
    signal.throwIfAborted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new Error('the observer was closed'));
    this.#drawn.resolve();
    await this.#files[Symbol.asyncDispose]();
    await this.#loops;
  }

  #learn(sightings: readonly Sighting[]): void {
    this.#knowledge = sightings.reduce(learn, this.#knowledge);
    this.#release(sightings);
    for (const listener of this.#listeners) listener();
  }

  /**
   * Let hooks go that wait though their question is over: a CLI may leave them waiting whose
   * dialog was answered by hand.
   */
  #release(sightings: readonly Sighting[]): void {
    const { request, log } = this.#observed;
    for (const reply of sightings.flatMap(askedIn)) this.#waiting.add(reply);
    const open = new Set((this.#knowledge.questions ?? []).map(replyOf));
    for (const reply of this.#waiting) {
      if (open.has(reply)) continue;
      this.#waiting.delete(reply);
      sendReply(request.homeDir, reply, '').catch((error: unknown) => {
        log.warn('a hook was not let go', { error });
      });
    }
  }

  async #lookAtFiles(): Promise<void> {
    try {
      const sightings = await this.#reader.read(this.#observed.clock.now());
      if (sightings.some(({ source }) => source === 'hook')) {
        this.#progressAt = this.#observed.clock.monotonic();
      }
      if (sightings.length > 0) this.#learn(sightings);
    } catch (error) {
      // A disk that fails now may answer at the next look; what is there is not lost.
      this.#observed.log.warn('the exchange could not be read', { error });
    }
    this.#drawn.resolve();
  }

  async #followOutput(): Promise<void> {
    const { signal } = this.#closing;
    using watch = await this.#observed.pane.watch(signal, { limitBytes: 64 * 1024 });
    using _closing = onAbort(signal, () => watch[Symbol.dispose]());
    this.#drawn.resolve();
    for await (const item of watch) {
      this.#drawn.resolve();
      this.#progressAt = this.#observed.clock.monotonic();
      if (item.kind === 'output' && item.bytes.includes(EXIT_SENTINEL)) this.#files.poke();
    }
  }

  async #captureLoop(): Promise<void> {
    const { signal } = this.#closing;
    // What hooks told before says more than the screen: an adopted agent that asks would else seem
    // to ask something that only keys can answer.
    await this.#files.fresh();
    while (!signal.aborted) {
      await this.#drawn.promise;
      if (signal.aborted) return;
      this.#drawn = Promise.withResolvers();
      try {
        await this.#lookAtScreen(signal);
      } catch (error) {
        // The next command connects again, or says that the server is gone.
        if (!hasCode(error, 'tmux.connection-lost')) throw error;
        this.#drawn.resolve();
      }
      this.#lookLater(signal);
      await this.#observed.clock.after(this.#paceMs, signal);
    }
  }

  /** A screen that contradicts stronger evidence counts once it has done so for a while. */
  #lookLater(signal: AbortSignal): void {
    const isAtOdds = this.#reading !== undefined && this.#reading.kind !== this.state.kind;
    if (!isAtOdds || this.#looksLater) return;
    this.#looksLater = true;
    const look = (): void => {
      this.#looksLater = false;
      this.#drawn.resolve();
    };
    // A timer may be early by a millisecond.
    this.#observed.clock.after(CONTRADICTION_MS + 10, signal).then(look, () => {});
  }

  /** Looking changes nothing, so a look whose client was killed on the way may be repeated. */
  async #lookAgain(signal: AbortSignal): Promise<void> {
    try {
      await this.#lookAtScreen(signal);
    } catch (error) {
      if (!hasCode(error, 'tmux.connection-lost')) throw error;
      await this.#lookAtScreen(signal);
    }
  }

  async #lookAtScreen(signal: AbortSignal): Promise<void> {
    const { adapter, request, pane, clock } = this.#observed;
    this.#screen = await captureScreen(pane, signal);
    const at = clock.now();
    const isBlank = this.#screen.rows.every((row) => row === '');
    if (isBlank) return;
    this.#reading = adapter.readScreen(this.#screen, request);
    const status = await this.#readStatus(at);
    this.#learn(status.concat({ source: 'screen', at, reading: this.#reading }));
  }

  async #readStatus(at: number): Promise<readonly Sighting[]> {
    const { adapter, request } = this.#observed;
    if (adapter.statusFile === undefined) return [];
    if (this.#agentPid === undefined) {
      const { pid } = await this.#observed.pane.info(this.#closing.signal);
      this.#agentPid = await findAgentPid(pid);
    }
    const status = await findStatus(adapter, request, this.#agentPid);
    return status === undefined ? [] : [{ source: 'status-file', at, reading: status.reading }];
  }

  async #followExit(): Promise<void> {
    const { pane, clock } = this.#observed;
    const exit = await pane.untilExit(this.#closing.signal);
    await this.#files.fresh();
    // The runner wrote the exit down, unless it was itself killed.
    if (this.#knowledge.exit !== undefined) return;
    const at = clock.now();
    if (exit.kind === 'unknown' && exit.reason === 'pane-gone') {
      this.#learn([{ source: 'lost', at, detail: 'its pane was closed' }]);
    } else {
      this.#learn([{ source: 'exit', at, exit: toAgentExit(exit) }]);
    }
  }

  /** Losing the server is a fact to learn. A fault of ours costs this agent and no other. */
  async #guard(loop: () => Promise<void>): Promise<void> {
    try {
      await loop();
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      // That the program ended is learned elsewhere.
      if (hasCode(error, 'tmux.pane-gone') || hasCode(error, 'tmux.pane-dead')) return;
      if (!(error instanceof CodedError)) {
        this.#observed.log.error('an agent could not be watched', { error });
      }
      await this.#files.fresh();
      const detail = error instanceof Error ? error.message : String(error);
      this.#learn([{ source: 'lost', at: this.#observed.clock.now(), detail }]);
    }
  }
}

function askedIn(sighting: Sighting): readonly string[] {
  if (sighting.source !== 'hook' || sighting.event.meaning.kind !== 'asking') return [];
  const { reply } = sighting.event.meaning.dialog;
  return reply === undefined ? [] : [reply];
}

function onAbort(signal: AbortSignal, action: () => void): Disposable {
  signal.addEventListener('abort', action, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', action) };
}
