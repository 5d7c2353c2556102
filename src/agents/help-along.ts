import type { AgentOutcome, AgentStep, Evidence } from './agent.ts';
import { AgentStalledError, NotInterruptedError } from './errors.ts';
import { idleEnd } from './evidence.ts';
import { type InterruptTools, interruptTurn, isInterrupted } from './interrupt.ts';
import type { Observer } from './observer.ts';
import { composerOf, submitText } from './submit-text.ts';

export interface HelpTools extends InterruptTools {
  readonly observer: InterruptTools['observer'] & Pick<Observer, 'knowledge' | 'progressAt'>;
  readonly stallMs: number;
}

/** What an agent needs help with. */
export type Trouble =
  | { readonly kind: 'stalled'; readonly evidence: Evidence }
  | { readonly kind: 'idle'; readonly evidence: Evidence };

/** Set on the pane to the nonce once it was reminded: a second time would change nothing. */
const NUDGED = '@tmux-builder-nudged';
/** How long a help may take to show its effect. */
const LET_BE_MS = 5_000;

/**
 * Helps an agent along that makes no progress. Busy without a sign of work for `stallMs`: its turn
 * is interrupted. Idle at its prompt without an answer: it is reminded of it, once. What helps not
 * at all ends its work. Somebody who is attached, or who interrupted it on purpose, is left alone
 * with it: then only the job's own limits hold.
 */
export class HelpAlong {
  readonly #tools: HelpTools;
  readonly #onStep: (step: AgentStep) => void;
  /** Monotonic ms before which nothing is due: the last help has to show its effect. */
  #quietUntil = 0;
  /** Wall time in ms of the last reminder. */
  #remindedAt = 0;

  constructor(tools: HelpTools, onStep: (step: AgentStep) => void) {
    this.#tools = tools;
    this.#onStep = onStep;
  }

  /** Undefined while nothing is wrong. Asked after everything new, at least every few seconds. */
  due(): Trouble | undefined {
    const { adapter, observer, clock, stallMs } = this.#tools;
    const now = clock.monotonic();
    if (adapter.doneBy === 'exit' || now < this.#quietUntil) return undefined;
    const idle = idleEnd(observer.knowledge, this.#remindedAt);
    if (idle !== undefined) return { kind: 'idle', evidence: idle };
    const { state } = observer;
    const isSilent = state.kind === 'busy' && now - observer.progressAt >= stallMs;
    return isSilent ? { kind: 'stalled', evidence: state.evidence } : undefined;
  }

  /**
   * Help, and resolve with the outcome when it has nothing to say even so.
   *
   * @throws {AgentStalledError} it stalls again, or does not stop.
   */
  async give(trouble: Trouble, signal: AbortSignal): Promise<AgentOutcome | undefined> {
    const { clock } = this.#tools;
    // Looked at again no sooner than that, whatever comes of it.
    this.#quietUntil = clock.monotonic() + LET_BE_MS;
    return trouble.kind === 'stalled'
      ? await this.#interrupt(trouble.evidence, signal)
      : await this.#remind(trouble.evidence, signal);
  }

  async #interrupt(evidence: Evidence, signal: AbortSignal): Promise<AgentOutcome | undefined> {
    const { adapter, stallMs } = this.#tools;
    if (await this.#isInHands(signal)) return undefined;
    const stalled = new AgentStalledError(adapter.name, stallMs);
    this.#onStep({ kind: 'stalled', detail: stalled.message });
    if (await this.#wasNudged(signal)) throw stalled;
    try {
      await interruptTurn(this.#tools, signal);
    } catch (error) {
      throw error instanceof NotInterruptedError ? stalled : error;
    }
    this.#onStep({ kind: 'interrupted', detail: 'its turn was interrupted' });
    return await this.#remind(evidence, signal);
  }

  async #remind(evidence: Evidence, signal: AbortSignal): Promise<AgentOutcome | undefined> {
    const { request, server, pane, observer, clock } = this.#tools;
    const { nonce, outputPath, promptPath } = request.exchange;
    if (await this.#isInHands(signal)) return undefined;
    // Reminded before and idle again: it has nothing to say. The missing output tells the rest.
    if (await this.#wasNudged(signal)) return { kind: 'finished', evidence };
    if (composerOf(observer) !== '') return undefined;
    await server.setOption({ scope: { pane: pane.id }, name: NUDGED, value: nonce }, signal);
    const text = `Your answer is missing. Go on with what ${promptPath} says and write your whole answer to the file ${outputPath}`;
    await submitText(text, this.#tools, signal);
    this.#remindedAt = clock.now();
    this.#onStep({ kind: 'nudged', detail: `reminded of its answer: ${evidence.detail}` });
    return undefined;
  }

  async #wasNudged(signal: AbortSignal): Promise<boolean> {
    const { server, pane, request } = this.#tools;
    const found = await server.findOption({ pane: pane.id }, NUDGED, signal);
    return found === request.exchange.nonce;
  }

  /** Somebody steers it by hand. */
  async #isInHands(signal: AbortSignal): Promise<boolean> {
    const { server } = this.#tools;
    if (await isInterrupted(this.#tools, signal)) return true;
    const flags = await server.command(['list-clients', '-F', '#{client_control_mode}'], signal);
    return flags.some((flag) => flag.trim() === '0');
  }
}
