import type { Clock } from '../../base/index.ts';

const LIMIT_MS = 20_000;

/** Whether an address answers 2xx or 3xx. */
export async function answers(url: URL, clock: Clock, signal: AbortSignal): Promise<boolean> {
  using limit = clock.deadline(LIMIT_MS, new Error('no answer in time'));
  try {
    const stop = AbortSignal.any([signal, limit.signal]);
    const response = await fetch(url, { redirect: 'manual', signal: stop });
    await response.body?.cancel();
    return response.status < 400;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
