import type { Clock } from '../base/index.ts';
import type { TmuxPane } from '../tmux/index.ts';
import type { ScreenReading } from './adapter.ts';
import { AgentBlockedError } from './errors.ts';
import type { Observer } from './observer.ts';

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
 * Make a dialog's automatic choice and wait until it is gone. Answered again only while the very
 * same dialog is still drawn: a program that is not reading yet loses keys.
 *
 * @throws {AgentBlockedError} it stays.
 */
export async function answerDialog(
  asking: Asking,
  { name, observer, pane, clock }: DialogTools,
  signal: AbortSignal,
): Promise<void> {
  const keys = asking.keys[asking.automatic ?? -1] ?? [];
  await clock.after(STEADY_MS, signal);
  await observer.look(signal);
  for (let answers = 0; answers < MOST_ANSWERS; answers += 1) {
    if (!isSame(observer.reading, asking)) return;
    await pane.pressKeys(keys, signal);
    const isGone = (): true | undefined => (isSame(observer.reading, asking) ? undefined : true);
    if (await inTime(observer, isGone, { clock, limitMs: ANSWER_MS }, signal)) return;
    await observer.look(signal);
  }
  if (isSame(observer.reading, asking)) throw new AgentBlockedError(name, asking.dialog);
}

/** Wait for something of the agent; undefined when it does not come within the limit. */
export async function inTime<T>(
  observer: Observer,
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

function isSame(reading: ScreenReading | undefined, asking: Asking): boolean {
  if (reading?.kind !== 'asking') return false;
  const { kind, question } = reading.dialog;
  return kind === asking.dialog.kind && question === asking.dialog.question;
}
