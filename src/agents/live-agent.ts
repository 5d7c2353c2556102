import { type Clock, type Log, Mutex } from '../base/index.ts';
import type { TmuxPane, TmuxServer } from '../tmux/index.ts';
import type { Adapter, ScreenReading } from './adapter.ts';
import type {
  Agent,
  AgentAddress,
  AgentOutcome,
  AgentRequest,
  AgentState,
  AgentStep,
  Answer,
  Dialog,
  ReadyOptions,
  Receipt,
  Usage,
} from './agent.ts';
import { endAgent } from './clear.ts';
import { answerHook, type Decided, PolicyAnswers } from './answer-hook.ts';
import { ComposerGuard } from './composer-guard.ts';
import { deliverByArgv, deliverByPaste, findDelivery, isGivenLater } from './deliver.ts';
import { answerDialog, automaticDialog, chooseInDialog, isAnswerable } from './dialogs.ts';
import { AgentBlockedError, AgentExitedError, AgentLostError } from './errors.ts';
import { conclude } from './evidence.ts';
import { replyOf } from './exchange-reader.ts';
import { HelpAlong } from './help-along.ts';
import { interruptForPerson } from './interrupt.ts';
import { Observer } from './observer.ts';
import type { Prices } from './prices.ts';
import { captureScreen } from './read-screen.ts';
import { sendReply } from './replies.ts';
import { readUsage } from './usage.ts';

export interface LiveAgentParts {
  readonly adapter: Adapter;
  readonly request: AgentRequest;
  readonly server: TmuxServer;
  readonly pane: TmuxPane;
  readonly clock: Clock;
  readonly log: Log;
  readonly startedAt: number;
  /** Without a sign of work for this long a busy agent counts as stalled. */
  readonly stallMs: number;
  readonly prices: Prices;
}

/** A dialog must still be there after this long before it counts as a block. */
const BLOCK_MS = 300;

/** One agent in its pane; see `Agent` for the contract. */
export class LiveAgent implements Agent {
  readonly #parts: LiveAgentParts;
  readonly #observer: Observer;
  readonly #writing = new Mutex();
  readonly #composer: ComposerGuard;
  readonly #policy: PolicyAnswers;
  /** Arguments go with the start alone: one that lives on gets its text pasted. */
  readonly #delivery: Adapter['delivery'];

  constructor(parts: LiveAgentParts) {
    this.#parts = parts;
    this.#observer = new Observer(parts);
    this.#composer = new ComposerGuard(parts, this.#observer);
    this.#policy = new PolicyAnswers({ ...parts, observer: this.#observer });
    this.#delivery = isGivenLater(parts) ? 'paste' : parts.adapter.delivery;
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

  async untilReady(signal: AbortSignal, { onDialog = 'fail' }: ReadyOptions = {}): Promise<void> {
    for (;;) {
      const point = await this.#observer.until(() => this.#startPoint(), signal);
      if (typeof point !== 'string') {
        await this.#policy.give(point, signal);
        continue;
      }
      switch (point) {
        case 'ready':
          return;
        case 'asking':
          await this.#passDialog(onDialog, signal);
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
        findDelivery(tools) ??
        (this.#delivery === 'paste'
          ? await deliverByPaste(tools, signal)
          : await deliverByArgv(tools, signal));
      this.#observer.relax();
      return receipt;
    });
  }

  async untilDone(
    signal: AbortSignal,
    onStep: (step: AgentStep) => void = () => {},
  ): Promise<AgentOutcome> {
    const { doneBy } = this.#parts.adapter;
    const help = new HelpAlong({ ...this.#parts, observer: this.#observer }, onStep);
    for (;;) {
      const point = await this.#observer.until(
        () =>
          conclude(this.#observer.knowledge, doneBy) ??
          this.#policy.due() ??
          automaticDialog(this.#observer) ??
          help.due(),
        signal,
      );
      switch (point.kind) {
        case 'decided':
          if (await this.#policy.give(point, signal)) onStep(decidedStep(point));
          break;
        case 'asking':
          await this.#writing.run(async () => await this.#answer(signal));
          break;
        case 'stalled':
        case 'idle': {
          const end = await this.#writing.run(async () => await help.give(point, signal));
          if (end !== undefined) return end;
          break;
        }
        case 'exited':
          return { ...point, screen: await this.#lastScreen(signal) };
        case 'failed':
        case 'finished':
        case 'lost':
          return point;
        default:
          point satisfies never;
      }
    }
  }

  async answer(answer: Answer, dialog: Dialog, signal: AbortSignal): Promise<void> {
    if (dialog.reply !== undefined) {
      const tools = { ...this.#parts, observer: this.#observer };
      return await answerHook(answer, dialog, tools, signal);
    }
    const tools = this.#dialogTools();
    await this.#writing.run(async () => await chooseInDialog(answer, dialog, tools, signal));
    return undefined;
  }

  async interrupt(signal: AbortSignal): Promise<void> {
    const letHooksGo = async (): Promise<void> => await this.#letHooksGo();
    const tools = { ...this.#parts, observer: this.#observer, letHooksGo };
    await this.#writing.run(async () => await interruptForPerson(tools, signal));
  }

  async usage(signal: AbortSignal): Promise<Usage | undefined> {
    return await readUsage(this.#parts, signal);
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

  #startPoint(): 'ready' | 'asking' | Decided | undefined {
    const { adapter, request } = this.#parts;
    const { state, reading } = this.#observer;
    const tools = { observer: this.#observer, adapter, request };
    if (findDelivery(tools) !== undefined) return 'ready';
    if (state.kind === 'exited') throw this.#exited(state.exit);
    if (state.kind === 'lost') throw new AgentLostError(adapter.name, request.socketPath);
    // What an earlier turn of a persistent agent asks is not ours to answer; we wait for its end.
    const isShared = request.mode === 'persistent';
    const decided = isShared ? undefined : this.#policy.due();
    if (decided !== undefined) return decided;
    if (reading?.kind === 'asking') return isShared && isInTurn(reading) ? undefined : 'asking';
    if (state.kind !== 'ready' || this.#delivery !== 'paste') return undefined;
    return this.#composer.isFree() ? 'ready' : undefined;
  }

  async #passDialog(onDialog: 'fail' | 'wait', signal: AbortSignal): Promise<void> {
    if (automaticDialog(this.#observer) !== undefined) return await this.#answer(signal);
    // Half drawn, a dialog may look like another one: judge it when it has stood for a moment.
    await this.#parts.clock.after(BLOCK_MS, signal);
    await this.#observer.look(signal);
    const { reading } = this.#observer;
    if (reading?.kind !== 'asking' || reading.automatic !== undefined) return undefined;
    if (onDialog === 'wait' && isAnswerable(reading, this.#parts.request.policy)) {
      return await this.#untilOver(reading, signal);
    }
    throw new AgentBlockedError(this.#parts.adapter.name, reading.dialog);
  }

  /** Whatever comes after a dialog is looked at anew: another one, the prompt, an end. */
  async #untilOver(dialog: ScreenReading, signal: AbortSignal): Promise<void> {
    const isOver = (): true | undefined => {
      const { reading, state } = this.#observer;
      const isEnded = state.kind === 'exited' || state.kind === 'lost';
      return isEnded || reading !== dialog ? true : undefined;
    };
    await this.#observer.until(isOver, signal);
  }

  async #answer(signal: AbortSignal): Promise<void> {
    const asking = automaticDialog(this.#observer);
    if (asking === undefined) return;
    await answerDialog(asking, asking.automatic ?? -1, this.#dialogTools(), signal);
  }

  #dialogTools(): Parameters<typeof answerDialog>[2] {
    const { adapter, pane, clock } = this.#parts;
    return { name: adapter.name, observer: this.#observer, pane, clock };
  }

  #exited(exit: ConstructorParameters<typeof AgentExitedError>[1]): AgentExitedError {
    return new AgentExitedError(this.#parts.adapter.name, exit, this.#observer.rows);
  }

  /** Those that wait for an answer get none. */
  async #letHooksGo(): Promise<void> {
    for (const question of this.#observer.knowledge.questions ?? []) {
      await sendReply(this.#parts.request.homeDir, replyOf(question), '');
    }
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

/** Dialogs that come up in a turn, not at the start. */
function isInTurn({ dialog }: Extract<ScreenReading, { kind: 'asking' }>): boolean {
  return ['permission', 'question'].includes(dialog.kind);
}

function decidedStep({ decision, dialog }: Decided): AgentStep {
  return { kind: 'answered', detail: `${decision} ${dialog.question}` };
}

/** What makes a state another one: not the words of its evidence, which a spinner changes. */
function summary(state: AgentState): string {
  const question = state.kind === 'asking' ? (state.dialog.reply ?? state.dialog.question) : '';
  return `${state.kind} ${state.evidence.source} ${question}`;
}
