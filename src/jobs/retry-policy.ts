import type { Ids } from '../base/index.ts';

const LONGEST_BACKOFF_MS = 5 * 60_000;

/**
 * How long to wait before the next attempt: doubles with every attempt up to five minutes, and
 * half of it is random, so that jobs which failed together do not come back together.
 */
export function backoffMs(attempts: number, baseMs: number, ids: Pick<Ids, 'fraction'>): number {
  const full = Math.min(baseMs * 2 ** (attempts - 1), LONGEST_BACKOFF_MS);
  return Math.round(full / 2 + (full / 2) * ids.fraction());
}
