import { hasCode } from '../../base/index.ts';
import type { AzureTools } from './tools.ts';
import { retrying } from './retry.ts';

/** Azure says that a role holds within 10 minutes of being given; most do after one. */
const LIMIT_MS = 10 * 60_000;

/**
 * Call the blob service. With `principalId`, what is refused is asked again for a while: a role
 * that was just given holds only after some time.
 *
 * @throws {CodedError} `deploy.denied`: the role is missing. `signal.reason` when aborted.
 */
export async function untilPermitted<T>(
  { api: { clock, pollMs }, onEvent }: Pick<AzureTools, 'api' | 'onEvent'>,
  principalId: string,
  { doing, action }: { readonly doing: string; readonly action: () => Promise<T> },
  signal: AbortSignal,
): Promise<T> {
  const end = clock.monotonic() + LIMIT_MS;
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await retrying(doing, action, { clock, pauseMs: pollMs / 3 }, signal);
    } catch (error) {
      const isPatient = principalId !== '' && hasCode(error, 'deploy.denied');
      if (!isPatient || clock.monotonic() >= end) throw error;
      if (isFirst) {
        onEvent({ kind: 'role.waiting', text: 'Waiting until the role to write blobs holds' });
      }
      await clock.after(pollMs, signal);
    }
  }
}
