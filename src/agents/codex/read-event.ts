import type { HookEvent, Meaning } from '../adapter.ts';
import { textIn } from '../claude/json.ts';
import { readQuestion } from './questions.ts';

/** Say what a hook event of Codex means. */
export function readCodexEvent(
  event: Pick<HookEvent, 'name' | 'payload' | 'reply'>,
): Meaning | undefined {
  const { name, payload, reply } = event;
  switch (name) {
    case 'PreToolUse':
    case 'PermissionRequest':
      // One that does not wait has answered. While a hook waits no dialog is drawn.
      return reply === undefined
        ? { kind: 'working' }
        : { kind: 'asking', dialog: readQuestion(event), isHidden: true };
    default:
      return isOfSubagent(payload) ? undefined : readPhase(name, payload);
  }
}

function readPhase(name: string, payload: unknown): Meaning | undefined {
  switch (name) {
    case 'SessionStart':
      return { kind: 'session-started' };
    case 'UserPromptSubmit':
      return { kind: 'prompt-submitted', text: textIn(payload, 'prompt') };
    case 'Stop':
      return { kind: 'turn-ended', backgroundTasks: 0 };
    case 'SessionEnd':
      return { kind: 'session-ended' };
    default:
      return undefined;
  }
}

/** Its turns are not the agent's. */
function isOfSubagent(payload: unknown): boolean {
  return textIn(payload, 'agent_id') !== undefined;
}
