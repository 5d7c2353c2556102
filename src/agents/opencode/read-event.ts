import type { HookEvent, Meaning } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { textIn } from '../claude/json.ts';
import { readError, readRetry, unknownModel } from './failure.ts';
import { readPermission, readQuestions } from './questions.ts';

/** Say what an event of our plugin in opencode means. */
export function readOpencodeEvent(
  event: HookEvent,
  { mode }: Pick<AgentRequest, 'mode'>,
): Meaning | undefined {
  const { name, payload, at } = event;
  switch (name) {
    case 'plugin_loaded':
      return { kind: 'session-started' };
    case 'session_created':
      // What was pasted has left the composer. Of arguments the prompt itself is the better proof.
      return mode === 'persistent' ? { kind: 'working' } : undefined;
    case 'chat_message':
      return { kind: 'prompt-submitted', text: textIn(payload, 'text') };
    case 'step_finish':
      return { kind: 'working' };
    case 'permission_asked':
    case 'question_asked':
    case 'tool_asked':
      // One that does not wait was answered.
      return event.reply === undefined ? { kind: 'working' } : readAsked(event);
    case 'session_retry': {
      const failure = readRetry(payload, at);
      return failure === undefined ? { kind: 'working' } : { kind: 'failed', ...failure };
    }
    case 'session_idle':
      return { kind: 'turn-ended', backgroundTasks: 0 };
    case 'model_unknown':
      return { kind: 'failed', ...unknownModel(payload) };
    case 'session_error':
      return { kind: 'failed', ...readError(payload, at) };
    default:
      // `session_aborted` is told by the screen, as for other agents.
      return undefined;
  }
}

function readAsked(event: HookEvent): Meaning {
  if (event.name === 'question_asked') return { kind: 'asking', dialog: readQuestions(event) };
  // Before opencode itself has a say in it, no dialog is drawn.
  const isHidden = event.name === 'tool_asked';
  return { kind: 'asking', dialog: readPermission(event), isHidden };
}
