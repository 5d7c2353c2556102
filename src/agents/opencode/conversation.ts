import type { HookEvent } from '../adapter.ts';
import { textIn } from '../claude/json.ts';

/** opencode has kept it in its database before it tells of the first prompt. */
export function findConversation(events: readonly HookEvent[]): string | undefined {
  const newest = events.findLast(({ name }) => name === 'chat_message');
  return textIn(newest?.payload, 'sessionID');
}
