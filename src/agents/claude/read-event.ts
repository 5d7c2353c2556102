import type { HookEvent, Meaning } from '../adapter.ts';
import type { AgentRequest, Dialog } from '../agent.ts';
import { listIn, textIn, valueIn } from './json.ts';

/** Say what a hook event of Claude Code means. */
export function readClaudeEvent(
  { name, payload }: Pick<HookEvent, 'name' | 'payload'>,
  { permission }: Pick<AgentRequest, 'permission'>,
): Meaning | undefined {
  switch (name) {
    case 'SessionStart':
      return { kind: 'session-started' };
    case 'UserPromptSubmit':
      return { kind: 'prompt-submitted', text: textIn(payload, 'prompt') };
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return { kind: 'working' };
    case 'PermissionRequest':
      // Otherwise the hook itself has answered.
      return permission === 'ask'
        ? { kind: 'asking', dialog: readRequest(payload) }
        : { kind: 'working' };
    case 'Stop':
      return { kind: 'turn-ended', backgroundTasks: listIn(payload, 'background_tasks').length };
    case 'StopFailure':
      return readFailure(payload);
    case 'SessionEnd':
      return { kind: 'session-ended' };
    default:
      return undefined;
  }
}

/**
 * Errors after which another try would end the same; Claude Code names its errors itself. What
 * the API refused with another status of 4xx comes as `unknown`, the status only in the text.
 */
const PERMANENT: readonly string[] = [
  'account_on_hold',
  'authentication_failed',
  'billing_error',
  'cloud_credential_error',
  'invalid_request',
  'model_not_found',
  'oauth_org_not_allowed',
  'verification_required',
];

function readFailure(payload: unknown): Meaning {
  const error = textIn(payload, 'error') ?? 'unknown';
  const said = textIn(payload, 'last_assistant_message') ?? '';
  const status = Number(/\bAPI Error: (?<status>\d{3})\b/.exec(said)?.groups?.['status'] ?? 0);
  const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 429;
  const isPermanent = PERMANENT.includes(error) || (error === 'unknown' && isRefused);
  return {
    kind: 'failed',
    failure: isPermanent ? 'permanent' : 'transient',
    message: said === '' ? `Claude Code reports the error ${error}` : said.slice(0, 500),
  };
}

function readRequest(payload: unknown): Dialog {
  const tool = textIn(payload, 'tool_name') ?? 'a tool';
  const input = valueIn(payload, 'tool_input');
  if (tool === 'AskUserQuestion') {
    const [first] = listIn(input, 'questions');
    const choices = listIn(first, 'options').map((option) => textIn(option, 'label') ?? '');
    return { kind: 'question', question: oneLine(textIn(first, 'question') ?? ''), choices };
  }
  const subject = ['command', 'file_path', 'url', 'path', 'plan']
    .map((key) => textIn(input, key))
    .find((text) => text !== undefined);
  const question = `${tool}: ${subject ?? JSON.stringify(input ?? {})}`;
  return { kind: 'permission', question: oneLine(question), choices: [] };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}
