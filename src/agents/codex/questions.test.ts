import { expect, test } from 'vitest';
import type { Answer } from '../agent.ts';
import { readQuestion, replyToCodex } from './questions.ts';

const payload = { cwd: '/', tool_name: 'Bash', tool_input: { command: 'a\n  b' } };
const dialog = readQuestion({ payload, reply: 'r1' });

function reply(answer: Answer, name: string): unknown {
  const text = replyToCodex(answer, dialog, { name });
  return text === undefined ? undefined : JSON.parse(text);
}

test('a question is one line', () => {
  expect(dialog.question).toBe('Bash: a b');
});

test.each([{ kind: 'allow' }, { kind: 'choice', choice: 0 }] as const)('%j allows', (answer) => {
  expect(reply(answer, 'PermissionRequest')).toEqual({
    hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: { behavior: 'allow' } },
  });
  // Codex refuses a hook that allows what nobody has to allow.
  expect(reply(answer, 'PreToolUse')).toEqual({});
});

test.each([
  [{ kind: 'deny', message: 'No.' }, 'No.'],
  [{ kind: 'deny' }, 'You may not do that. Do without it.'],
  [{ kind: 'choice', choice: 1 }, 'You may not do that. Do without it.'],
] as const)('%j denies', (answer, message) => {
  expect(reply(answer, 'PermissionRequest')).toEqual({
    hookSpecificOutput: {
      hookEventName: 'PermissionRequest',
      decision: { behavior: 'deny', message },
    },
  });
  expect(reply(answer, 'PreToolUse')).toEqual({
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'deny',
      permissionDecisionReason: message,
    },
  });
});

test.each([
  { kind: 'text', text: 'yes' },
  { kind: 'choice', choice: 7 },
] as const)('%j is no answer to it', (answer) => {
  expect(reply(answer, 'PermissionRequest')).toBeUndefined();
});
