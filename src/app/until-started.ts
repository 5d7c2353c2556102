import { abortable, type Clock, CodedError } from '../base/index.ts';
import type { Store } from '../store/index.ts';

/** Far longer than tmux takes to start a program, also on a busy machine. */
const LONGEST_MS = 10_000;
/** A main agent is written down in a file, of which no notice comes: look this often. */
const SWEEP_MS = 250;

interface UntilStartedOptions<Agent> {
  readonly agentId: string;
  readonly store: Pick<Store, 'watch'>;
  readonly clock: Clock;
  readonly look: (signal: AbortSignal) => Promise<Agent>;
  readonly isStarting: (agent: Agent) => boolean;
}

/**
 * Look at an agent until it is not being started any more: before that nobody knows its terminal.
 *
 * @throws {CodedError} `live-agent.starting` when that takes longer than 10 s; what `look` throws.
 */
export async function untilStarted<Agent>(
  { agentId, store, clock, look, isStarting }: UntilStartedOptions<Agent>,
  signal: AbortSignal,
): Promise<Agent> {
  const first = await look(signal);
  if (!isStarting(first)) return first;
  let wake = Promise.withResolvers<void>();
  const poke = (): void => wake.resolve();
  using _watching = store.watch(poke);
  using _sweep = clock.every(SWEEP_MS, poke);
  using limit = clock.deadline(LONGEST_MS, stillStarting(agentId));
  const either = AbortSignal.any([signal, limit.signal]);
  for (;;) {
    const agent = await look(either);
    if (!isStarting(agent)) return agent;
    await abortable(wake.promise, either);
    wake = Promise.withResolvers();
  }
}

function stillStarting(agentId: string): CodedError {
  return new CodedError('live-agent.starting', `Agent ${agentId} is still being started.`, {
    facts: { agentId },
    todo: 'Open its terminal again in a moment; if no worker runs, start one',
  });
}
