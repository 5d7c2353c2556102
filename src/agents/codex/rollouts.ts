import type { Clock } from '../../base/index.ts';
import type { Adapter, HookEvent, ModelUsage } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { textIn } from '../claude/json.ts';
import { Rollout } from './rollout.ts';

/** How long the record may lag behind the Stop hook before it is taken as it is. */
const LAG_MS = 1_000;

/**
 * Make the reader of the tokens in a conversation's record and in those of its subagents: their
 * hooks name them. Undefined when no hook named one or none is there. Requests beside the
 * conversation (for its title) are in no record.
 *
 * What was read is remembered for as long as the request lives, so that asking often costs only
 * what is new.
 */
export function codexUsage(clock: Clock): NonNullable<Adapter['usage']> {
  const known = new WeakMap<AgentRequest, Map<string, Rollout>>();
  return async (request, events, signal) => {
    const rollouts = known.get(request) ?? new Map<string, Rollout>();
    known.set(request, rollouts);
    for (const path of events.flatMap(({ payload }) => textIn(payload, 'transcript_path') ?? [])) {
      if (!rollouts.has(path)) rollouts.set(path, new Rollout(path));
    }
    const stop = stopOf(events);
    const turn = textIn(stop?.payload, 'turn_id');
    const end = clock.monotonic() + LAG_MS;
    for (;;) {
      const found = await Promise.all(
        Array.from(rollouts.values(), async (one) => await one.readOn(signal)),
      );
      if (!found.includes(true)) return undefined;
      const isWhole =
        turn === undefined || [...rollouts.values()].some((one) => one.hasEnded(turn));
      if (isWhole || clock.monotonic() >= end) break;
      await clock.after(50, signal);
    }
    const until = stop === undefined ? Infinity : stop.at + LAG_MS;
    return requestsBetween([...rollouts.values()], request.exchange.since, until);
  };
}

/**
 * The newest conversation, when `codex resume` can go on with it: its record is there, and the
 * model has answered in it. Without an answer nothing is lost by a new one, and in the old one the
 * model would be told two things at once.
 */
export async function findCodexConversation(
  events: readonly HookEvent[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const newest = events.findLast(
    ({ payload }) =>
      textIn(payload, 'agent_id') === undefined && textIn(payload, 'transcript_path') !== undefined,
  );
  const path = textIn(newest?.payload, 'transcript_path');
  if (path === undefined) return undefined;
  const rollout = new Rollout(path);
  const isThere = await rollout.readOn(signal);
  return isThere && rollout.requests.size > 0 ? textIn(newest?.payload, 'session_id') : undefined;
}

/** A request that stands in two records, as in that of a subagent which knows its parent's, counts once. */
function requestsBetween(
  rollouts: readonly Rollout[],
  since: number,
  until: number,
): readonly ModelUsage[] {
  const all = new Map(rollouts.flatMap(({ requests }) => [...requests]));
  return [...all.values()]
    .filter(({ at }) => at === undefined || (at >= since && at <= until))
    .map(({ usage }) => usage);
}

/** The newest end of a turn, unless another turn began after it. */
function stopOf(events: readonly HookEvent[]): HookEvent | undefined {
  const newest = events.findLast(
    ({ name, payload }) =>
      ['UserPromptSubmit', 'Stop'].includes(name) && textIn(payload, 'agent_id') === undefined,
  );
  return newest?.name === 'Stop' ? newest : undefined;
}
