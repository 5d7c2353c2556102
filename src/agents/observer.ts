import { readFile } from 'node:fs/promises';
import {
  type Clock,
  CodedError,
  DirectoryWatch,
  findProcess,
  findProcessTree,
  hasCode,
  type Log,
  systemCode,
} from '../base/index.ts';
import type { PaneExit, TmuxPane } from '../tmux/index.ts';
import type { Adapter, Screen, ScreenReading } from './adapter.ts';
import type { AgentExit, AgentRequest, AgentState } from './agent.ts';
import { believe, type Knowledge, learn, type Sighting } from './evidence.ts';
import { ExchangeReader } from './exchange-reader.ts';
import { EXIT_SENTINEL } from './runner.ts';
import { captureScreen } from './read-screen.ts';

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
  #agentPid: number | undefined;
  #paceMs = EAGER_PACE_MS;

  constructor(observed: Observed) {
    this.#observed = observed;
    const { adapter, request, clock, startedAt } = observed;
    this.#knowledge = { startedAt };
    this.#reader = new ExchangeReader(adapter, request);
    const dirs = [request.exchange.eventsDir, request.exchange.dir];
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
    if (this.#observed.adapter.doneBy === 'turn') await this.#lookAtScreen(signal);
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
    for (const listener of this.#listeners) listener();
  }

  async #lookAtFiles(): Promise<void> {
    try {
      const sightings = await this.#reader.read();
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
      if (item.kind === 'output' && item.bytes.includes(EXIT_SENTINEL)) this.#files.poke();
    }
  }

  async #captureLoop(): Promise<void> {
    const { signal } = this.#closing;
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
      await this.#observed.clock.after(this.#paceMs, signal);
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
    const { statusFile } = adapter;
    if (statusFile === undefined) return [];
    const pid = await this.#findAgentPid();
    if (pid === undefined) return [];
    try {
      const content = await readFile(statusFile.path(request, pid), 'utf8');
      return [{ source: 'status-file', at, reading: statusFile.read(content) }];
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      return [{ source: 'status-file', at, reading: undefined }];
    }
  }

  /** The agent is the runner's first child. */
  async #findAgentPid(): Promise<number | undefined> {
    if (this.#agentPid !== undefined) return this.#agentPid;
    const { pid } = await this.#observed.pane.info(this.#closing.signal);
    const runner = await findProcess(pid);
    const tree = runner === undefined ? [] : await findProcessTree(runner);
    this.#agentPid = tree[1]?.pid;
    return this.#agentPid;
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

/** The runner ends by itself only when it could not write the exit down: then its status tells. */
function toAgentExit(exit: PaneExit): AgentExit {
  return exit.kind === 'status' ? exit : { kind: 'unknown' };
}

function onAbort(signal: AbortSignal, action: () => void): Disposable {
  signal.addEventListener('abort', action, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', action) };
}
