import { abortable } from '../base/index.ts';
import type { PaneId } from './ids.ts';
import type { PaneExit } from './pane-exit.ts';
import type { PaneStates } from './pane-states.ts';

/**
 * Wait until the program in a pane has ended. Resolves at once when it has already.
 *
 * A pane that was closed (killed, or without remain-on-exit) resolves as unknown.
 *
 * @throws {TmuxServerGoneError} | {TmuxGenerationGoneError} the server went, and the pane with it.
 * @throws `signal.reason` when aborted; nothing is left behind.
 */
export async function untilExit(
  states: PaneStates,
  pane: PaneId,
  signal: AbortSignal,
): Promise<PaneExit> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<PaneExit>();
  using _observed = states.observe(pane, (state) => {
    if (state.kind === 'dead') resolve(state.exit);
    if (state.kind === 'gone') resolve({ kind: 'unknown', reason: 'pane-gone' });
    if (state.kind === 'failed') reject(state.error);
  });
  return await abortable(promise, signal);
}
