import type { HookEvent, Meaning } from '../adapter.ts';
import { textIn, valueIn } from '../claude/json.ts';
import { readApiError } from './failure.ts';
import { readGate, readNotification } from './questions.ts';

/** Say what a hook event of Gemini CLI means. */
export function readGeminiEvent(event: HookEvent): Meaning | undefined {
  const { name, payload } = event;
  switch (name) {
    case 'SessionStart':
      return { kind: 'session-started' };
    case 'BeforeAgent':
      return readPrompt(textIn(payload, 'prompt'));
    case 'BeforeTool':
      // A hook that does not wait has answered. While it waits no dialog is drawn.
      return event.reply === undefined
        ? { kind: 'working' }
        : { kind: 'asking', dialog: readGate(event), isHidden: true };
    case 'AfterTool':
      return { kind: 'working' };
    case 'Notification':
      return { kind: 'asking', dialog: readNotification(payload) };
    case 'AfterAgent':
      return readEnd(event);
    case 'SessionEnd':
      // A conversation that is cleared is followed by the next one.
      return textIn(payload, 'reason') === 'clear' ? undefined : { kind: 'session-ended' };
    default:
      return undefined;
  }
}

/** It reminds the model by itself, which is no new prompt. */
function readPrompt(text: string | undefined): Meaning {
  return text?.startsWith('[System: ') === true
    ? { kind: 'working' }
    : { kind: 'prompt-submitted', text };
}

/** Only with an answer is it an end: after a tool Gemini CLI itself asks for one that is missing. */
function readEnd({ payload, at }: HookEvent): Meaning | undefined {
  const record = valueIn(payload, 'record');
  const said = textIn(record, 'content') ?? '';
  if (textIn(record, 'type') === 'error') return { kind: 'failed', ...readApiError(said, at) };
  const isAnswered = textIn(payload, 'prompt_response') !== NO_ANSWER && said !== CANCELLED;
  return isAnswered ? { kind: 'turn-ended', backgroundTasks: 0 } : undefined;
}

const NO_ANSWER = '[no response text]';
const CANCELLED = 'Request cancelled.';
