import type { AzureApi } from './azure-api.ts';
import { halfMade } from './azure-errors.ts';

export interface Wait {
  /** Completes "... is half made: ": "resource group x". */
  readonly name: string;
  /** "it is still being deleted" */
  readonly reason: string;
  readonly limitMs: number;
}

/** Azure's own limit of most of its operations is an hour; ours are done in minutes. */
export const OPERATION_LIMIT_MS = 45 * 60_000;

/**
 * Look again and again until there is something.
 *
 * @throws {CodedError} `deploy.half-made` after the limit: it goes on at Azure. `signal.reason`.
 */
export async function until<T>(
  { clock, pollMs }: AzureApi,
  look: () => Promise<T | undefined>,
  { name, reason, limitMs }: Wait,
  signal: AbortSignal,
): Promise<T> {
  const end = clock.monotonic() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (clock.monotonic() >= end) {
      throw halfMade(name, `${reason} after ${limitMs / 60_000} min`, 'Try again later');
    }
    await clock.after(pollMs, signal);
  }
}
