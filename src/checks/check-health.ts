import type { Clock } from '../base/index.ts';
import type { HealthReport, HealthTry } from './checks.ts';
import { tryAddress } from './try-address.ts';

export interface HealthOptions {
  /** Where the site is: `http://127.0.0.1:8100/`. */
  readonly url: string;
  /** What is asked for, resolved against `url`; `/` without it. */
  readonly path?: string;
  readonly clock: Clock;
  /** How long it may take to get healthy, all tries together. */
  readonly deadlineMs?: number;
  /** How long one try may take. */
  readonly tryLimitMs?: number;
}

const DEADLINE_MS = 120_000;
const TRY_LIMIT_MS = 10_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
/** The first of them and the newest are kept. */
const MOST_TRIES = 50;

/**
 * Ask for a page until it answers 2xx, or the deadline has passed; waits grow between tries.
 *
 * The report holds at most 50 tries, oldest first: of more, the first one and the newest.
 *
 * @throws `signal.reason` when aborted.
 */
export async function checkHealth(
  options: HealthOptions,
  signal: AbortSignal,
): Promise<HealthReport> {
  const { clock, deadlineMs = DEADLINE_MS, tryLimitMs = TRY_LIMIT_MS } = options;
  const url = new URL(options.path ?? '/', options.url).href;
  const end = clock.monotonic() + deadlineMs;
  const tries: HealthTry[] = [];
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    const limitMs = Math.max(1, Math.min(tryLimitMs, end - clock.monotonic()));
    const one = await tryAddress(url, { clock, limitMs }, signal);
    if (tries.length === MOST_TRIES) tries.splice(1, 1);
    tries.push(one);
    if (one.reason === undefined) return { isHealthy: true, url, tries };
    if (clock.monotonic() + waitMs >= end) return { isHealthy: false, url, tries };
    await clock.after(waitMs, signal);
  }
}
