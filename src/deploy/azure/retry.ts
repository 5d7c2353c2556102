import type { Clock } from '../../base/index.ts';
import { isPassing, toCodedError } from './azure-errors.ts';
import { AzureRefusal } from './azure-refusal.ts';

const TRIES = 6;
/** Azure asks for more when a subscription is far over its limit; then it is better to say so. */
const LONGEST_PAUSE_MS = 60_000;

export interface Retrying {
  readonly clock: Clock;
  /** Pause before the second try; each further one is twice as long, unless Azure says how long. */
  readonly pauseMs: number;
}

/**
 * Ask Azure, and ask again when it is throttled or out of reach. Everything we ask may be asked
 * twice. The SDKs' own retries are off: they do not know our clock.
 *
 * @throws {CodedError} what `toCodedError` makes of the last failure. `signal.reason` when aborted.
 */
export async function retrying<T>(
  doing: string,
  action: () => Promise<T>,
  { clock, pauseMs }: Retrying,
  signal: AbortSignal,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error) || tries >= TRIES) throw toCodedError(error, doing);
      const asked = error instanceof AzureRefusal ? error.retryAfterMs : undefined;
      const waitMs = asked ?? pauseMs * 2 ** (tries - 1);
      await clock.after(Math.min(waitMs, LONGEST_PAUSE_MS), signal);
    }
  }
}
