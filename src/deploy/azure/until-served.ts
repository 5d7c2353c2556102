import { createHash } from 'node:crypto';
import { CodedError } from '../../base/index.ts';
import type { AzureApi } from './azure-api.ts';

export interface Served {
  readonly url: string;
  /** SHA-256 of what has to be answered; undefined: any answer that is no error. */
  readonly digest: string | undefined;
  readonly limitMs: number;
}

const ANSWER_LIMIT_MS = 20_000;

/**
 * Ask an address until it shows the release.
 *
 * @throws {CodedError} `deploy.unhealthy`: it did not in time. `signal.reason` when aborted.
 */
export async function untilServed(
  { clock, pollMs }: Pick<AzureApi, 'clock' | 'pollMs'>,
  { url, digest, limitMs }: Served,
  signal: AbortSignal,
): Promise<void> {
  const end = clock.monotonic() + limitMs;
  for (;;) {
    using limit = clock.deadline(ANSWER_LIMIT_MS, new Error('no answer within 20 s'));
    const problem = await ask(url, digest, AbortSignal.any([signal, limit.signal]));
    if (problem === undefined) return;
    signal.throwIfAborted();
    if (clock.monotonic() >= end) {
      throw new CodedError(
        'deploy.unhealthy',
        `The site did not answer at ${url} within ${limitMs / 1000} s: ${problem}.`,
        {
          facts: { url, problem },
          todo: 'Look at what was done: tmux-builder site logs SESSION; then redeploy',
        },
      );
    }
    await clock.after(pollMs, signal);
  }
}

/** What is wrong with the answer; undefined when nothing is. */
async function ask(
  url: string,
  digest: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      signal,
      redirect: 'manual',
      headers: { 'cache-control': 'no-cache' },
    });
    const hash = createHash('sha256');
    for await (const chunk of response.body ?? []) hash.update(chunk);
    const { status } = response;
    if (status < 200 || status >= 400) return `it answered ${status}`;
    if (digest === undefined || hash.digest('hex') === digest) return undefined;
    return 'it shows something else';
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
