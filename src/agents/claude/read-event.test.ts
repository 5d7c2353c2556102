import { describe, expect, test } from 'vitest';
import { readClaudeEvent } from './read-event.ts';

const ask = { permission: 'ask' } as const;
const read = (name: string, payload: unknown = {}) => readClaudeEvent({ name, payload }, ask);

test('a submitted prompt comes with its text', () => {
  const payload = { prompt: 'Read /a/prompt.md' };
  expect(read('UserPromptSubmit', payload)).toEqual({
    kind: 'prompt-submitted',
    text: 'Read /a/prompt.md',
  });
});

test('a turn that leaves background tasks behind is not the last one', () => {
  const tasks = { background_tasks: [{ id: 'b1', status: 'running' }] };
  expect(read('Stop', tasks)).toEqual({ kind: 'turn-ended', backgroundTasks: 1 });
  expect(read('Stop')).toEqual({ kind: 'turn-ended', backgroundTasks: 0 });
});

describe('failures', () => {
  test.each([
    ['authentication_failed', 'Please run /login · API Error: 401 bad key', 'permanent'],
    ['billing_error', 'API Error: 402', 'permanent'],
    ['unknown', 'API Error: 400 too long', 'permanent'],
    ['unknown', 'API Error: Connection error.', 'transient'],
    ['unknown', 'API Error: 408 timeout', 'transient'],
    ['rate_limit', 'API Error: Request rejected (429) · wait', 'transient'],
    ['server_error', 'API Error: Repeated 529 Overloaded errors.', 'transient'],
    ['a_later_one', 'API Error: 500', 'transient'],
  ])('%s with "%s" is %s', (error, text, failure) => {
    const meaning = read('StopFailure', { error, last_assistant_message: text });
    expect(meaning).toEqual({ kind: 'failed', failure, message: text });
  });

  test('one without a text still says which error it was', () => {
    const meaning = read('StopFailure', { error: 'max_output_tokens' });
    expect(meaning).toMatchObject({ message: 'Claude Code reports the error max_output_tokens' });
  });
});

describe('permission requests', () => {
  const payload = { tool_name: 'Bash', tool_input: { command: 'npm test\nls', description: 'x' } };

  test('name the tool and what it is to do, in one line', () => {
    const dialog = { kind: 'permission', question: 'Bash: npm test ls', choices: [] };
    expect(read('PermissionRequest', payload)).toEqual({ kind: 'asking', dialog });
  });

  test('are no question where the hook answers', () => {
    const event = { name: 'PermissionRequest', payload };
    expect(readClaudeEvent(event, { permission: 'allow' })).toEqual({ kind: 'working' });
    expect(readClaudeEvent(event, { permission: 'deny' })).toEqual({ kind: 'working' });
  });

  test('of the question tool are questions with their choices', () => {
    const options = [{ label: 'Red' }, { label: 'Blue' }];
    const questions = [{ question: 'Which colour?', options }];
    const asked = { tool_name: 'AskUserQuestion', tool_input: { questions } };
    const dialog = { kind: 'question', question: 'Which colour?', choices: ['Red', 'Blue'] };
    expect(read('PermissionRequest', asked)).toEqual({ kind: 'asking', dialog });
  });
});

test.each([undefined, null, 7, 'text', [], { prompt: 7, tool_input: [] }])(
  'a payload of another form (%j) breaks nothing',
  (payload) => {
    const names = ['UserPromptSubmit', 'PermissionRequest', 'Stop', 'StopFailure', 'SessionEnd'];
    expect(names.map((name) => read(name, payload)?.kind)).toEqual([
      'prompt-submitted',
      'asking',
      'turn-ended',
      'failed',
      'session-ended',
    ]);
  },
);

test('an event that is not of interest has no meaning', () => {
  expect(read('Notification')).toBe(undefined);
});
