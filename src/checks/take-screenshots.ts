import type { Clock } from '../base/index.ts';
import type { Screenshot } from './checks.ts';
import { CheckBrokenError } from './errors.ts';

export interface BrowserWork {
  readonly url: string;
  /** Absolute path of Chromium or Chrome. */
  readonly browser: string;
  /** Where files are left; made when it is missing. */
  readonly dir: string;
  readonly clock: Clock;
  /** Hear what people should know of how it was done: a line of text each. */
  readonly onNote: (text: string) => void;
}

export async function takeScreenshots(
  work: BrowserWork,
  signal: AbortSignal,
): Promise<readonly Screenshot[]> {
  signal.throwIfAborted();
  throw new CheckBrokenError(`Photographing ${work.url}`, 'not built yet');
}
