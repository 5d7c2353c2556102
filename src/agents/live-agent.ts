import { type Clock, type Log, Mutex } from '../base/index.ts';
import type { TmuxPane, TmuxServer } from '../tmux/index.ts';
import type { Adapter } from './adapter.ts';
import type {
  Agent,
  AgentAddress,
  AgentOutcome,
  AgentRequest,
  AgentState,
  Receipt,
  Usage,
} from './agent.ts';
import { endAgent } from './clear.ts';
import { deliverByArgv, deliverByPaste, findDelivery } from './deliver.ts';
import { answerDialog, automaticDialog } from './dialogs.ts';
import { AgentBlockedError, AgentExitedError, AgentLostError } from './errors.ts';
import { conclude } from './evidence.ts';
import { readEvents } from './hook-spool.ts';
import { Observer } from './observer.ts';
import { captureScreen } from './read-screen.ts';

export interface LiveAgentParts {
  readonly adapter: Adapter;
  readonly request: AgentRequest;
  readonly server: TmuxServer;
  readonly pane: TmuxPane;
  readonly clock: Clock;
  readonly log: Log;
  readonly startedAt: number;
}

/** A dialog must still be there after this long before it counts as a block. */
const BLOCK_MS = 300;

/** One agent in its pane; see `Agent` for the contract. */
export class LiveAgent implements Agent {
  readonly #parts: LiveAgentParts;
  readonly #observer: Observer;
  readonly #writing = new Mutex();

  constructor(parts: LiveAgentParts) {
    this.#parts = parts;
    this.#observer = new Observer(parts);
  }

  get address(): AgentAddress {
    const { server, pane } = this.#parts;
    const { pid, startTime } = server.generation;
    return { socketPath: server.socketPath, server: { pid, startTime }, paneId: pane.id };
  }

  get state(): AgentState {
    return this.#observer.state;
  }

  watch(listener: (state: AgentState) => void): Disposable {
    let told = summary(this.state);
    return this.#observer.listen(() => {
      const { state } = this;
      if (summary(state) === told) return;
      told = summary(state);
      listener(state);
    });
  }

  async untilReady(signal: AbortSignal): Promise<void> {
    for (;;) {
      const point = await this.#observer.until(() => this.#startPoint(), signal);
      switch (point) {
        case 'ready':
          return;
        case 'asking':
          await this.#passDialog(signal);
          break;
        default:
          point satisfies never;
      }
    }
  }

  async deliver(signal: AbortSignal): Promise<Receipt> {
    const tools = { ...this.#parts, observer: this.#observer };
    return await this.#writing.run(async () => {
      await this.#observer.look(signal);
      const receipt =
        findDelivery(tools, 0) ??
        (this.#parts.adapter.delivery === 'paste'
          ? await deliverByPaste(tools, signal)
          : await deliverByArgv(tools, signal));
      this.#observer.relax();
      return receipt;
    });
  }

  async untilDone(signal: AbortSignal): Promise<AgentOutcome> {
    const { doneBy } = this.#parts.adapter;
    for (;;) {
      const point = await this.#observer.until(
        () => conclude(this.#observer.knowledge, doneBy) ?? automaticDialog(this.#observer),
        signal,
      );
      if (point.kind === 'asking') await this.#writing.run(async () => await this.#answer(signal));
      else if (point.kind === 'exited') return { ...point, screen: await this.#lastScreen(signal) };
      else return point;
    }
  }

  async usage(signal: AbortSignal): Promise<Usage | undefined> {
    const { adapter, request } = this.#parts;
    if (adapter.usage === undefined) return undefined;
    const events = await readEvents(request.exchange.eventsDir, new Set());
    return await adapter.usage(request, events, signal);
  }

  async screen(signal: AbortSignal): Promise<readonly string[]> {
    return (await captureScreen(this.#parts.pane, signal)).rows;
  }

  async stop(signal: AbortSignal): Promise<void> {
    await this.#observer[Symbol.asyncDispose]();
    await endAgent(
      this.#parts.server,
      { ...this.#parts, graceMs: this.#parts.adapter.graceMs },
      signal,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#observer[Symbol.asyncDispose]();
    await this.#parts.server[Symbol.asyncDispose]();
  }

  #startPoint(): 'ready' | 'asking' | undefined {
    const { adapter, request } = this.#parts;
    const { state, reading } = this.#observer;
    if (findDelivery({ observer: this.#observer, adapter }, 0) !== undefined) return 'ready';
    if (state.kind === 'exited') throw this.#exited(state.exit);
    if (state.kind === 'lost') throw new AgentLostError(adapter.name, request.socketPath);
    if (reading?.kind === 'asking') return 'asking';
    return state.kind === 'ready' && adapter.delivery === 'paste' ? 'ready' : undefined;
  }

  async #passDialog(signal: AbortSignal): Promise<void> {
    if (automaticDialog(this.#observer) !== undefined) return await this.#answer(signal);
    // Half drawn, a dialog may look like another one: judge it when it has stood for a moment.
    await this.#parts.clock.after(BLOCK_MS, signal);
    await this.#observer.look(signal);
    const { reading } = this.#observer;
    if (reading?.kind !== 'asking' || reading.automatic !== undefined) return undefined;
    throw new AgentBlockedError(this.#parts.adapter.name, reading.dialog);
  }

  async #answer(signal: AbortSignal): Promise<void> {
    const asking = automaticDialog(this.#observer);
    if (asking === undefined) return;
    const { adapter, pane, clock } = this.#parts;
    await answerDialog(
      asking,
      { name: adapter.name, observer: this.#observer, pane, clock },
      signal,
    );
  }

  #exited(exit: ConstructorParameters<typeof AgentExitedError>[1]): AgentExitedError {
    return new AgentExitedError(this.#parts.adapter.name, exit, this.#observer.rows);
  }

  /** What stands on the screen after the end; nothing when its pane is gone as well. */
  async #lastScreen(signal: AbortSignal): Promise<readonly string[]> {
    try {
      return await this.screen(signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#parts.log.debug('no last screen', { error });
      return this.#observer.rows;
    }
  }
}

/** What makes a state another one: not the words of its evidence, which a spinner changes. */
function summary(state: AgentState): string {
  const question = state.kind === 'asking' ? state.dialog.question : '';
  return `${state.kind} ${state.evidence.source} ${question}`;
}
