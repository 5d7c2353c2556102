import type { HookEvent, Meaning } from '../adapter.ts';
import { readClaudeFailure } from './failures.ts';
import { listIn, textIn } from './json.ts';
import { readRequest } from './questions.ts';
import { nameCall } from './tool-use.ts';

/** Say what a hook event of Claude Code means. */
export function readClaudeEvent(
  event: Pick<HookEvent, 'name' | 'payload' | 'reply' | 'at'>,
): Meaning | undefined {
  const { name, payload } = event;
  switch (name) {
    case 'SessionStart':
      return { kind: 'session-started' };
    case 'UserPromptSubmit':
      return { kind: 'prompt-submitted', text: textIn(payload, 'prompt') };
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return { kind: 'working', call: nameCall(payload) };
    case 'PermissionRequest':
      // A hook that does not wait has answered.
      return event.reply === undefined ? { kind: 'working' } : readQuestion(event);
    case 'Stop':
      return { kind: 'turn-ended', backgroundTasks: listIn(payload, 'background_tasks').length };
    case 'StopFailure':
      return readClaudeFailure(event);
    case 'SessionEnd':
      return { kind: 'session-ended' };
    default:
      return undefined;
  }
}

function readQuestion(event: Pick<HookEvent, 'payload' | 'reply'>): Meaning {
  const { payload } = event;
  // The newest versions draw no dialog for a helper that works in the background.
  const isHidden = textIn(payload, 'agent_id') !== undefined;
  return { kind: 'asking', dialog: readRequest(event), call: nameCall(payload), isHidden };
}
