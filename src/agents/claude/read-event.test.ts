import { describe, expect, test } from 'vitest';
import { readClaudeEvent } from './read-event.ts';

const read = (name: string, payload: unknown = {}) => readClaudeEvent({ name, payload, at: 0 });

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

describe('permission requests', () => {
  const payload = { tool_name: 'Bash', tool_input: { command: 'npm test', description: 'x' } };
  const asked = (more: object = {}) =>
    readClaudeEvent({
      name: 'PermissionRequest',
      payload: { ...payload, ...more },
      reply: '17-1-PermissionRequest',
      at: 0,
    });

  test('are open while their hook waits, and no longer', () => {
    expect(asked()).toMatchObject({ kind: 'asking', isHidden: false });
    expect(read('PermissionRequest', payload)).toEqual({ kind: 'working' });
  });

  test('end with the call that they are about, and not with that of another agent', () => {
    const { call } = { call: undefined, ...asked() };
    expect(call).toBeDefined();
    expect(read('PostToolUse', payload)).toEqual({ kind: 'working', call });
    const ofHelper = { ...payload, agent_id: 'a1' };
    expect(read('PostToolUse', ofHelper)).not.toEqual({ kind: 'working', call });
  });

  test('of a helper may show on no screen', () => {
    expect(asked({ agent_id: 'a1' })).toMatchObject({ isHidden: true });
  });

  test('to ask people end with the answered question', () => {
    const questions = [{ question: 'Which colour?', options: [{ label: 'Red' }] }];
    const question = { tool_name: 'AskUserQuestion', tool_input: { questions } };
    const { call } = { call: undefined, ...asked(question) };
    const answered = {
      ...question,
      tool_input: { questions, answers: { 'Which colour?': 'Red' } },
    };
    expect(read('PostToolUse', answered)).toEqual({ kind: 'working', call });
  });
});

test.each([undefined, null, 7, 'text', [], { prompt: 7, tool_input: [] }])(
  'a payload of another form (%j) breaks nothing',
  (payload) => {
    const names = ['UserPromptSubmit', 'PermissionRequest', 'Stop', 'StopFailure', 'SessionEnd'];
    expect(names.map((name) => read(name, payload)?.kind)).toEqual([
      'prompt-submitted',
      'working',
      'turn-ended',
      'failed',
      'session-ended',
    ]);
  },
);

test('an event that is not of interest has no meaning', () => {
  expect(read('Notification')).toBe(undefined);
});
