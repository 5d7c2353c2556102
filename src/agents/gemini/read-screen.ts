import type { Clock } from '../../base/index.ts';
import type { Screen, ScreenReading } from '../adapter.ts';
import type { AgentRequest, Failure } from '../agent.ts';
import { findResetTime } from '../reset-time.ts';
import { screenReader, type ScreenReader } from '../screen-rules/load-rules.ts';

type Request = Parameters<ScreenReader>[1] & Partial<Pick<AgentRequest, 'resume'>>;

/** Make the reader of Gemini CLI's screens: what the rules say, and two things they cannot. */
export function geminiScreenReader(
  clock: Pick<Clock, 'now'>,
): (screen: Screen, request: Request) => ScreenReading {
  const read = screenReader('gemini', clock);
  return (screen, request) => {
    const reading = read(screen, request);
    if (reading.kind === 'ready' && request.resume !== undefined && !isResumed(screen)) {
      return { kind: 'unknown', detail: 'its conversation is not there yet' };
    }
    const failure = reading.kind === 'asking' ? failureOf(reading, clock.now()) : undefined;
    if (failure === undefined) return reading;
    // Not a question to anybody: the attempt ends here, and the next one is made in its time.
    return { kind: 'busy', detail: reading.detail, composer: undefined, failure };
  };
}

/**
 * It draws the old conversation just before it goes on with it, and says so meanwhile. Until then
 * it takes a prompt, and forgets it.
 */
function isResumed({ rows }: Screen): boolean {
  return rows.some((row) => /^(?:✦ |ℹ Imported session from )/.test(row));
}

const failures: Readonly<Record<string, Failure['failure']>> = {
  'usage-limit': 'quota',
  'high-demand': 'transient',
  'no-model': 'permanent',
};

/** A dialog that says why the API does not answer, and offers to keep trying. */
function failureOf(
  { dialog: { kind, question } }: Extract<ScreenReading, { readonly kind: 'asking' }>,
  now: number,
): Failure | undefined {
  const failure = failures[kind];
  if (failure === undefined) return undefined;
  const retryAt = findResetTime(question, { now });
  return retryAt === undefined
    ? { failure, message: question }
    : { failure: 'quota', message: question, retryAt };
}
