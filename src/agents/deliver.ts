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

export interface DeliveryTools {
  readonly adapter: Adapter;
  readonly request: AgentRequest;
  readonly observer: Observer;
  readonly server: TmuxServer;
  readonly pane: TmuxPane;
  readonly clock: Clock;
}

/** How long the pasted text may take to appear, and the proof to follow an Enter. */
const ECHO_MS = 3_000;
const PROOF_MS = 3_000;
const MOST_ENTERS = 2;
/** Set on the pane before the paste: whoever finds it never pastes again. */
const PASTED = '@tmux-builder-pasted';

/**
 * Find the proof that the instruction arrived: the hook that tells of our prompt, or whatever
 * happens only afterwards. Undefined when nothing proves it.
 */
export function findDelivery(
  { observer, adapter }: Pick<DeliveryTools, 'observer' | 'adapter'>,
  enters: number,
): Receipt | undefined {
  const evidence = proof(observer, adapter);
  return evidence && { at: evidence.at, evidence, enters };
}

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
  const before = composerOf(observer);
  if (before === undefined) throw notDelivered(tools, 'it is not at its prompt', 0);
  if (!holds(before, instruction)) {
    const isPasted = await wasPasted(tools, signal);
    if (before.trim() !== '' && !isPasted) throw new ComposerNotEmptyError(adapter.name);
    if (!isPasted) await pane.paste(instruction, signal);
    await untilEcho(tools, instruction, signal);
  }
  for (let enters = 1; enters <= MOST_ENTERS; enters += 1) {
    await pane.pressKeys(['Enter'], signal);
    const receipt = await inTime(
      observer,
      () => findDelivery(tools, enters) ?? refuseEnd(tools),
      { clock, limitMs: PROOF_MS },
      signal,
    );
    if (receipt !== undefined) return receipt;
    await observer.look(signal);
    // An empty composer has nothing to submit, and a dialog must not get an Enter.
    const left = composerOf(observer);
    if (left === undefined || left.trim() === '')
      throw notDelivered(tools, 'no proof came', enters);
  }
  throw notDelivered(tools, 'the text stays in its composer', MOST_ENTERS);
}

/** Whether a paste was begun before; if not, it is marked as begun now. */
async function wasPasted({ server, pane }: DeliveryTools, signal: AbortSignal): Promise<boolean> {
  const scope = { pane: pane.id };
  if ((await server.findOption(scope, PASTED, signal)) !== undefined) return true;
  await server.setOption({ scope, name: PASTED, value: '1' }, signal);
  return false;
}

/** Wait for the proof of an instruction that went with the arguments. */
export async function deliverByArgv(tools: DeliveryTools, signal: AbortSignal): Promise<Receipt> {
  return await tools.observer.until(() => findDelivery(tools, 0) ?? refuseEnd(tools), signal);
}

function proof({ knowledge, state }: Observer, adapter: Adapter): Evidence | undefined {
  const { submitted, ended, outputAt, startedAt, hasOthers } = knowledge;
  // The arguments were taken when the process began; it tells nothing more.
  if (adapter.doneBy === 'exit') {
    return { source: 'start', at: startedAt, detail: 'started with the prompt as argument' };
  }
  if (submitted !== undefined) return hookEvidence(submitted);
  if (outputAt !== undefined) {
    return { source: 'output', at: outputAt, detail: 'the output file is there' };
  }
  if (hasOthers === true) return undefined;
  if (ended !== undefined) return hookEvidence(ended);
  return state.kind === 'busy' ? state.evidence : undefined;
}

/** What is typed and not submitted; undefined when the agent is not at its prompt. */
function composerOf({ reading }: Observer): string | undefined {
  return reading?.kind === 'ready' ? reading.composer : undefined;
}

/** Wait until the composer shows the text; what shows differently there counts at the deadline. */
async function untilEcho(
  tools: DeliveryTools,
  instruction: string,
  signal: AbortSignal,
): Promise<void> {
  const { observer, clock } = tools;
  const isEchoed = (): true | undefined => {
    refuseEnd(tools);
    return holds(composerOf(observer) ?? '', instruction) ? true : undefined;
  };
  if (await inTime(observer, isEchoed, { clock, limitMs: ECHO_MS }, signal)) return;
  await observer.look(signal);
  const composer = composerOf(observer);
  // A long paste may show as a placeholder: the composer was empty, so it is ours.
  if (composer !== undefined && composer.trim() !== '') return;
  throw notDelivered(tools, 'the pasted text did not appear', 0);
}

/** A wrapped or reflowed text differs in its blanks only. */
function holds(composer: string, instruction: string): boolean {
  return compact(composer).includes(compact(instruction));
}

function compact(text: string): string {
  return text.replaceAll(/\s+/g, '');
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
