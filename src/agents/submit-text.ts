import type { Clock } from '../base/index.ts';
import type { TmuxPane } from '../tmux/index.ts';
import type { Adapter } from './adapter.ts';
import { inTime } from './dialogs.ts';
import { ComposerNotEmptyError, NotDeliveredError } from './errors.ts';
import type { Observer } from './observer.ts';

export interface SubmitTools {
  readonly adapter: Adapter;
  readonly observer: Pick<Observer, 'reading' | 'look' | 'until'>;
  readonly pane: Pick<TmuxPane, 'paste' | 'pressKeys'>;
  readonly clock: Clock;
}

/** How long a pasted text may take to appear. */
const ECHO_MS = 3_000;
const TAKEN_MS = 3_000;

/**
 * Paste a text into an empty composer, wait until it stands there, and press Enter.
 *
 * @throws {NotDeliveredError} it did not appear, or stays there; {ComposerNotEmptyError} somebody
 * typed at the same moment.
 */
export async function submitText(
  text: string,
  tools: SubmitTools,
  signal: AbortSignal,
): Promise<void> {
  const { adapter, observer, pane, clock } = tools;
  await pane.paste(text, signal);
  await untilEcho(text, tools, signal);
  await pane.pressKeys(['Enter'], signal);
  const isTaken = (): true | undefined => ((composerOf(observer) ?? '') === '' ? true : undefined);
  if (await inTime(observer, isTaken, { clock, limitMs: TAKEN_MS }, signal)) return;
  throw new NotDeliveredError(adapter.name, 'the text stays in its composer', 1);
}

/**
 * Wait until the composer shows the text; what shows differently there counts at the deadline.
 *
 * @throws {NotDeliveredError} nothing appeared; {ComposerNotEmptyError} more than the text stands
 * there: Enter would submit somebody else's with it.
 */
export async function untilEcho(
  text: string,
  { adapter, observer, clock }: SubmitTools,
  signal: AbortSignal,
  check: () => void = () => {},
): Promise<void> {
  const isEchoed = (): true | undefined => {
    check();
    const shown = composerOf(observer) ?? '';
    if (holds(shown, text) && !isSameText(shown, text)) {
      throw new ComposerNotEmptyError(adapter.name);
    }
    return isSameText(shown, text) ? true : undefined;
  };
  if (await inTime(observer, isEchoed, { clock, limitMs: ECHO_MS }, signal)) return;
  await observer.look(signal);
  const composer = composerOf(observer);
  // A long paste may show as a placeholder: the composer was empty, so it is ours.
  if (composer !== undefined && composer.trim() !== '') return;
  throw new NotDeliveredError(adapter.name, 'the pasted text did not appear', 0);
}

/** What is typed and not submitted; undefined when the agent is not at its prompt. */
export function composerOf({ reading }: Pick<Observer, 'reading'>): string | undefined {
  return reading?.kind === 'ready' ? reading.composer : undefined;
}

/** A wrapped or reflowed text differs in its blanks only. */
export function holds(composer: string, text: string): boolean {
  return compact(composer).includes(compact(text));
}

/** The same apart from blanks. */
export function isSameText(composer: string, text: string): boolean {
  return compact(composer) === compact(text);
}

function compact(text: string): string {
  return text.replaceAll(/\s+/g, '');
}
