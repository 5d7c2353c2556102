import { describe, expect, test } from 'vitest';
import type { HookEvent } from '../adapter.ts';
import { readCodexEvent } from './read-event.ts';

const command = { tool_name: 'Bash', tool_input: { command: 'npm test', description: 'Why not' } };
const call = { cwd: '/srv', ...command };

function read(name: string, payload: unknown, reply?: string) {
  return readCodexEvent({ name, payload, reply } satisfies Omit<HookEvent, 'at'>);
}

test('the phases of a turn', () => {
  expect(read('SessionStart', { source: 'startup' })).toEqual({ kind: 'session-started' });
  expect(read('UserPromptSubmit', { prompt: 'Do it' })).toEqual({
    kind: 'prompt-submitted',
    text: 'Do it',
  });
  expect(read('Stop', {})).toEqual({ kind: 'turn-ended', backgroundTasks: 0 });
  expect(read('SessionEnd', {})).toEqual({ kind: 'session-ended' });
  expect(read('SomethingNew', {})).toBeUndefined();
});

test.each(['UserPromptSubmit', 'Stop', 'SubagentStart', 'SessionStart'])(
  '%s of a subagent says nothing of the agent',
  (name) => {
    expect(read(name, { agent_id: 'a1', prompt: 'Do it' })).toBeUndefined();
  },
);

describe.each(['PreToolUse', 'PermissionRequest'])('%s', (name) => {
  test('asks while it waits, and no dialog is drawn', () => {
    expect(read(name, call, 'r1')).toMatchObject({
      kind: 'asking',
      isHidden: true,
      dialog: {
        kind: 'permission',
        question: 'Bash: npm test',
        choices: ['Allow', 'Deny'],
        tool: { name: 'Bash', subject: 'npm test', kind: 'command' },
        reply: 'r1',
      },
    });
  });

  test('of a subagent asks, too', () => {
    expect(read(name, { ...call, agent_id: 'a1' }, 'r1')).toMatchObject({ kind: 'asking' });
  });

  test('that has answered says that work goes on', () => {
    expect(read(name, call)).toEqual({ kind: 'working' });
  });
});
