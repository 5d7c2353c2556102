import type { HookEvent, ModelUsage } from '../adapter.ts';
import { countIn, textIn, valueIn } from '../claude/json.ts';

/**
 * Read the tokens that opencode's steps used, those of subagents included; each is one request to
 * the model. The requests for a title are no steps.
 */
export function readUsage(events: readonly HookEvent[]): readonly ModelUsage[] {
  const steps = events.filter(({ name }) => name === 'step_finish');
  // An event may be told again; the part that it tells of has one id.
  const byId = new Map(steps.map(({ payload }) => [textIn(payload, 'id') ?? '', payload]));
  return [...byId.values()].map((step) => {
    const tokens = valueIn(step, 'tokens');
    const cache = valueIn(tokens, 'cache');
    return {
      model: textIn(step, 'model'),
      inputTokens: countIn(tokens, 'input'),
      outputTokens: countIn(tokens, 'output') + countIn(tokens, 'reasoning'),
      cacheReadTokens: countIn(cache, 'read'),
      cacheWriteTokens: countIn(cache, 'write'),
      isOneRequest: true,
    };
  });
}
