import type { Clock } from '../base/index.ts';
import type { TmuxPane } from '../tmux/index.ts';
import type { ScreenReading } from './adapter.ts';
import type { Answer, Dialog, PermissionPolicy } from './agent.ts';
import { AgentBlockedError, NoSuchQuestionError } from './errors.ts';
import type { Observer } from './observer.ts';
import { asksPeople } from './policy.ts';

type Asking = Extract<ScreenReading, { kind: 'asking' }>;

export interface DialogTools {
  readonly name: string;
  readonly observer: Observer;
  readonly pane: TmuxPane;
  readonly clock: Clock;
}

/** How long a dialog may take to go away after its answer, and how often it is answered. */
const ANSWER_MS = 1_000;
const MOST_ANSWERS = 3;

/**
 * How long a dialog stands before it is answered. A program that still starts may draw it anew
 * (Claude Code does after 0.2 s): the pointer is back where it was, and keys are lost.
 */
const STEADY_MS = 400;

/** The dialog on the screen, where the request's policy lets us answer it. */
export function automaticDialog({ reading }: Observer): Asking | undefined {
  return reading?.kind === 'asking' && reading.automatic !== undefined ? reading : undefined;
}

/**
 * Take the next step towards a choice (move the pointer, or press Enter where it already is) and
 * wait until the screen shows it. Answered again only while the very same dialog is still drawn:
 * a program that is not reading yet loses keys.
 *
 * @throws {AgentBlockedError} it stays.
 */
// oxlint-disable-next-line max-params -- what, which, with what, until when
export async function answerDialog(
  asking: Asking,
  choice: number,
  { name, observer, pane, clock }: DialogTools,
  signal: AbortSignal,
): Promise<void> {
  const keys = asking.keys[choice] ?? [];
  await clock.after(STEADY_MS, signal);
  await observer.look(signal);
  for (let answers = 0; answers < MOST_ANSWERS; answers += 1) {
    if (!isDrawn(observer, asking)) return;
    await pane.pressKeys(keys, signal);
    const isGone = (): true | undefined => (isDrawn(observer, asking) ? undefined : true);
    if (await inTime(observer, isGone, { clock, limitMs: ANSWER_MS }, signal)) return;
    await observer.look(signal);
  }
  if (isDrawn(observer, asking)) throw new AgentBlockedError(name, asking.dialog);
}

/** More steps than any list needs: one that never ends goes round. */
const MOST_STEPS = 30;

/**
 * Make a choice in a dialog, step by step, each only while the screen shows that dialog.
 *
 * @throws {NoSuchQuestionError} it is not open, or has no such choice; {AgentBlockedError} it stays.
 */
// oxlint-disable-next-line max-params -- what, where, with what, until when
export async function chooseInDialog(
  answer: Answer,
  dialog: Dialog,
  tools: DialogTools,
  signal: AbortSignal,
): Promise<void> {
  const { observer, name } = tools;
  await observer.look(signal);
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const { reading } = observer;
    const isOpen = reading?.kind === 'asking' && isAbout(reading.dialog, dialog) && lives(observer);
    if (!isOpen && steps > 0) return;
    const choice = isOpen ? choiceOf(answer, reading.dialog) : undefined;
    if (!isOpen || choice === undefined) throw new NoSuchQuestionError(name, dialog.question);
    await answerDialog(reading, choice, tools, signal);
  }
  throw new AgentBlockedError(name, dialog);
}

/** A dialog of the same kind that asks something else is not to get this answer. */
function isAbout(shown: Dialog, { kind, question, choices }: Dialog): boolean {
  const isSameList = JSON.stringify(shown.choices) === JSON.stringify(choices);
  return shown.kind === kind && shown.question === question && isSameList;
}

/** By the words that every known CLI uses; a choice that is not there cannot be made. */
function choiceOf(answer: Answer, { choices }: Dialog): number | undefined {
  const word = { allow: /^(?:yes|allow)\b/i, deny: /^(?:no|deny|reject)\b/i };
  if (answer.kind === 'text') return undefined;
  const index =
    answer.kind === 'choice'
      ? answer.choice
      : choices.findIndex((choice) => word[answer.kind].test(choice));
  return index in choices ? index : undefined;
}

/** Whether a person can answer it by a choice; a log-in goes on elsewhere. */
export function isAnswerable({ dialog, keys }: Asking, policy: PermissionPolicy): boolean {
  return asksPeople(policy) && dialog.kind !== 'login' && keys.length > 0;
}

/** Wait for something of the agent; undefined when it does not come within the limit. */
export async function inTime<T>(
  observer: Pick<Observer, 'until'>,
  test: () => T | undefined,
  { clock, limitMs }: { readonly clock: Clock; readonly limitMs: number },
  signal: AbortSignal,
): Promise<T | undefined> {
  const tooLate = new Error('too late');
  using limit = clock.deadline(limitMs, tooLate);
  try {
    return await observer.until(test, AbortSignal.any([signal, limit.signal]));
  } catch (error) {
    if (error === tooLate) return undefined;
    throw error;
  }
}

/** What an agent drew last stays on the screen when it has ended. */
function lives({ state }: Observer): boolean {
  return state.kind !== 'exited' && state.kind !== 'lost';
}

function isDrawn(observer: Observer, asking: Asking): boolean {
  const { reading } = observer;
  if (reading?.kind !== 'asking' || !lives(observer)) return false;
  const { kind, question } = reading.dialog;
  // Where the pointer is shows in the keys alone.
  const isMoved = JSON.stringify(reading.keys) !== JSON.stringify(asking.keys);
  return kind === asking.dialog.kind && question === asking.dialog.question && !isMoved;
}
