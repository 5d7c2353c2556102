import type { Clock } from '../base/index.ts';
import type { TmuxPane, TmuxServer } from '../tmux/index.ts';
import type { Adapter } from './adapter.ts';
import type { AgentRequest } from './agent.ts';
import { inTime } from './dialogs.ts';
import { NotInterruptedError } from './errors.ts';
import type { Observer } from './observer.ts';
import { holds, isSameText } from './submit-text.ts';

export interface InterruptTools {
  readonly adapter: Adapter;
  readonly request: AgentRequest;
  readonly observer: Pick<Observer, 'reading' | 'state' | 'look' | 'until'>;
  readonly server: Pick<TmuxServer, 'findOption' | 'setOption' | 'command'>;
  readonly pane: Pick<TmuxPane, 'id' | 'paste' | 'pressKeys'>;
  readonly clock: Clock;
  /** Called when the key was pressed: a turn may not stop while a hook of it waits. */
  readonly letHooksGo?: () => Promise<void>;
}

/** How long the program may take to be at its prompt again, and how often it is asked. */
const STOP_MS = 3_000;
const MOST_PRESSES = 3;
const CLEAR_MS = 1_000;
/** Set on the pane to the nonce: somebody wanted this turn to stop. */
const INTERRUPTED = '@tmux-builder-interrupted';

/**
 * Stop the running turn by the CLI's own key and wait for its prompt. What the CLI puts back into
 * the composer is cleared: the next text would be appended to it. What a person has typed stays.
 *
 * @throws {NotInterruptedError} it does not stop, cannot be interrupted, or is gone.
 */
export async function interruptTurn(tools: InterruptTools, signal: AbortSignal): Promise<void> {
  const { adapter, observer, pane, clock } = tools;
  await observer.look(signal);
  const before = typedText(observer);
  const isAtPrompt = (): true | undefined => {
    refuseEnd(tools);
    return observer.reading?.kind === 'ready' ? true : undefined;
  };
  for (let presses = 0; isAtPrompt() !== true; presses += 1) {
    if (adapter.interruptKeys.length === 0 || presses === MOST_PRESSES) {
      const reason = presses === 0 ? 'it has no key for that' : 'it goes on';
      throw new NotInterruptedError(adapter.name, reason);
    }
    await pane.pressKeys(adapter.interruptKeys, signal);
    await tools.letHooksGo?.();
    await inTime(observer, isAtPrompt, { clock, limitMs: STOP_MS }, signal);
  }
  await clearOwnText(before, tools, signal);
}

/** The same because a person wants it: nobody is to remind the agent of its answer afterwards. */
export async function interruptForPerson(
  tools: InterruptTools,
  signal: AbortSignal,
): Promise<void> {
  const { server, pane, request } = tools;
  const { nonce } = request.exchange;
  await server.setOption({ scope: { pane: pane.id }, name: INTERRUPTED, value: nonce }, signal);
  await interruptTurn(tools, signal);
}

/** Whether a person interrupted this turn. */
export async function isInterrupted(
  { server, pane, request }: InterruptTools,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await server.findOption({ pane: pane.id }, INTERRUPTED, signal);
  return found === request.exchange.nonce;
}

/** The screen of an agent that is gone may still show a prompt. */
function refuseEnd({ adapter, observer }: InterruptTools): void {
  const { kind } = observer.state;
  if (kind !== 'exited' && kind !== 'lost') return;
  throw new NotInterruptedError(adapter.name, `it is gone (${kind})`);
}

async function clearOwnText(
  before: string,
  { adapter, request, observer, pane, clock }: InterruptTools,
  signal: AbortSignal,
): Promise<void> {
  const { instruction } = request.exchange;
  const isOurs = (text: string): boolean => instruction !== undefined && holds(text, instruction);
  const left = typedText(observer);
  // Typed before and still there: somebody else's.
  const isTheirs = isSameText(left, before) && !isOurs(left);
  if (left === '' || isTheirs || adapter.clearKeys.length === 0) return;
  await pane.pressKeys(adapter.clearKeys, signal);
  const isEmpty = (): true | undefined => (typedText(observer) === '' ? true : undefined);
  await inTime(observer, isEmpty, { clock, limitMs: CLEAR_MS }, signal);
}

/** What stands in the composer, of a busy agent too. */
function typedText({ reading }: Pick<Observer, 'reading'>): string {
  return reading !== undefined && 'composer' in reading ? (reading.composer ?? '').trim() : '';
}
