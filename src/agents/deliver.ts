import type { Clock } from '../base/index.ts';
import type { TmuxPane, TmuxServer } from '../tmux/index.ts';
import type { Adapter } from './adapter.ts';
import type { AgentRequest, Evidence, Receipt } from './agent.ts';
import { inTime } from './dialogs.ts';
import {
  AgentExitedError,
  AgentLostError,
  ComposerNotEmptyError,
  NotDeliveredError,
} from './errors.ts';
import { hookEvidence } from './evidence.ts';
import type { Observer } from './observer.ts';
import { composerOf, isSameText, untilEcho } from './submit-text.ts';

export interface DeliveryTools {
  readonly adapter: Adapter;
  readonly request: AgentRequest;
  readonly observer: Observer;
  readonly server: TmuxServer;
  readonly pane: TmuxPane;
  readonly clock: Clock;
}

/** How long the proof may take to follow an Enter. */
const PROOF_MS = 3_000;
const MOST_ENTERS = 2;
/** Set on the pane before the paste to the nonce: whoever finds it never pastes that again. */
const PASTED = '@tmux-builder-pasted';

/**
 * Find the proof that the instruction arrived: the hook that tells of our prompt, or whatever
 * happens only afterwards. Undefined when nothing proves it.
 */
export function findDelivery(
  tools: Pick<DeliveryTools, 'observer' | 'adapter' | 'request'>,
  { enters, since } = nothingPressed,
): Receipt | undefined {
  const evidence = proof(tools, since);
  return evidence && { at: evidence.at, evidence, enters };
}

/**
 * Whether it can be busy before it has our instruction: with what it was given before, or with the
 * conversation that it goes on with. Then the instruction is pasted, whatever the adapter prefers.
 */
export function isGivenLater({
  adapter,
  request,
}: Pick<DeliveryTools, 'adapter' | 'request'>): boolean {
  const isResumed = request.resume !== undefined && adapter.pastesToResumed === true;
  return request.mode === 'persistent' || isResumed;
}

interface Pressed {
  readonly enters: number;
  /** Wall time in ms of the first Enter. */
  readonly since: number;
}

const nothingPressed: Pressed = { enters: 0, since: Infinity };

/**
 * Paste the instruction into the composer of a ready agent and submit it, with proof.
 *
 * The text is pasted once, even when we die in between: a mark on the pane says that it was. Only
 * Enter is pressed a second time, and only while the text still stands in the composer. One call
 * at a time.
 *
 * @throws {ComposerNotEmptyError} text that is not ours stands there.
 * @throws {NotDeliveredError} no proof came.
 * @throws {AgentExitedError} | {AgentLostError} it ended meanwhile.
 */
export async function deliverByPaste(tools: DeliveryTools, signal: AbortSignal): Promise<Receipt> {
  const { observer, pane, request, adapter, clock } = tools;
  const instruction = request.exchange.instruction ?? '';
  await observer.look(signal);
  const before = composerOf(observer) ?? (await untilPrompt(tools, signal));
  if (!isSameText(before, instruction)) {
    const isPasted = await wasPasted(tools, signal);
    if (before.trim() !== '' && !isPasted) throw new ComposerNotEmptyError(adapter.name);
    if (!isPasted) await pane.paste(instruction, signal);
    await untilEcho(instruction, tools, signal, () => refuseEnd(tools));
  }
  const since = clock.now();
  const shown = composerOf(observer) ?? '';
  for (let enters = 1; enters <= MOST_ENTERS; enters += 1) {
    await pane.pressKeys(['Enter'], signal);
    const receipt = await inTime(
      observer,
      () => findDelivery(tools, { enters, since }) ?? refuseEnd(tools),
      { clock, limitMs: PROOF_MS },
      signal,
    );
    if (receipt !== undefined) return receipt;
    await observer.look(signal);
    // An empty composer has nothing to submit, a dialog must not get an Enter, and what somebody
    // has typed meanwhile is not ours to submit.
    if (shown === '' || !isSameText(composerOf(observer) ?? '', shown))
      throw notDelivered(tools, 'no proof came', enters);
  }
  throw notDelivered(tools, 'the text stays in its composer', MOST_ENTERS);
}

/** A turn may have begun since the agent was ready: in a conversation other people speak, too. */
async function untilPrompt(tools: DeliveryTools, signal: AbortSignal): Promise<string> {
  const { observer, request } = tools;
  if (request.mode === 'one-shot') throw notDelivered(tools, 'it is not at its prompt', 0);
  return await observer.until(() => composerOf(observer) ?? refuseEnd(tools), signal);
}

/** Whether a paste was begun before; if not, it is marked as begun now. */
async function wasPasted(
  { server, pane, request }: DeliveryTools,
  signal: AbortSignal,
): Promise<boolean> {
  const scope = { pane: pane.id };
  const { nonce } = request.exchange;
  if ((await server.findOption(scope, PASTED, signal)) === nonce) return true;
  await server.setOption({ scope, name: PASTED, value: nonce }, signal);
  return false;
}

/** Wait for the proof of an instruction that went with the arguments. */
export async function deliverByArgv(tools: DeliveryTools, signal: AbortSignal): Promise<Receipt> {
  return await tools.observer.until(() => findDelivery(tools) ?? refuseEnd(tools), signal);
}

function proof(
  { observer, adapter, request }: Pick<DeliveryTools, 'observer' | 'adapter' | 'request'>,
  since: number,
): Evidence | undefined {
  const { knowledge, state } = observer;
  const { submitted, ended, outputAt, startedAt, other } = knowledge;
  // The arguments were taken when the process began; it tells nothing more.
  if (adapter.doneBy === 'exit') {
    return { source: 'start', at: startedAt, detail: 'started with the prompt as argument' };
  }
  if (submitted !== undefined) return hookEvidence(submitted);
  if (outputAt !== undefined) {
    return { source: 'output', at: outputAt, detail: 'the output file is there' };
  }
  if (other !== undefined) return undefined;
  const isOurs = ({ at }: { readonly at: number }): boolean =>
    !isGivenLater({ adapter, request }) || at >= since;
  if (ended !== undefined && isOurs(ended)) return hookEvidence(ended);
  return state.kind === 'busy' && isOurs(state.evidence) ? state.evidence : undefined;
}

function refuseEnd({ observer, adapter, request }: DeliveryTools): undefined {
  const { state } = observer;
  if (state.kind === 'exited') throw new AgentExitedError(adapter.name, state.exit, observer.rows);
  if (state.kind === 'lost') throw new AgentLostError(adapter.name, request.socketPath);
  return undefined;
}

function notDelivered(
  { adapter }: DeliveryTools,
  reason: string,
  enters: number,
): NotDeliveredError {
  return new NotDeliveredError(adapter.name, reason, enters);
}
