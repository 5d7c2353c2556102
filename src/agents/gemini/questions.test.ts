import { expect, test } from 'vitest';
import type { Answer } from '../agent.ts';
import { parseJson } from '../claude/json.ts';
import { readGate, replyToGate } from './questions.ts';

const permission = readGate({
  payload: { tool_name: 'run_shell_command', tool_input: { command: 'ls' } },
});
const question = readGate({ payload: asked('Which colour?', 'Red', 'Blue') });

test.each<readonly [Answer, object | undefined]>([
  [{ kind: 'allow' }, { decision: 'allow' }],
  [{ kind: 'choice', choice: 0 }, { decision: 'allow' }],
  [
    { kind: 'deny', message: 'No.' },
    { decision: 'deny', reason: 'No.' },
  ],
  [{ kind: 'choice', choice: 1 }, { decision: 'deny' }],
  [{ kind: 'choice', choice: 2 }, undefined],
  [{ kind: 'text', text: 'perhaps' }, undefined],
])('%o answers for a tool', (answer, expected) => {
  const printed = parseJson(replyToGate(answer, permission) ?? '');

  expect(printed).toEqual(expected && expect.objectContaining(expected));
});

test.each<readonly [Answer, string | undefined]>([
  [{ kind: 'choice', choice: 1 }, 'The answer is: Blue'],
  [{ kind: 'text', text: 'Green, please' }, 'The answer is: Green, please'],
  [{ kind: 'deny' }, 'Nobody answers this'],
  [{ kind: 'choice', choice: 2 }, undefined],
  [{ kind: 'allow' }, undefined],
])('%o answers a question by the reason of a denial', (answer, said) => {
  const printed = parseJson(replyToGate(answer, question) ?? '');

  expect(printed).toEqual(said && { decision: 'deny', reason: expect.stringContaining(said) });
});

test('several questions are one, without choices', () => {
  const [first, second] = [asked('Which colour?', 'Red'), asked('How many?', 'One', 'Two')];
  const questions = [first, second].flatMap(({ tool_input }) => tool_input.questions);
  const dialog = readGate({ payload: { tool_name: 'ask_user', tool_input: { questions } } });

  expect(dialog).toMatchObject({
    kind: 'question',
    question: '1. Which colour? (Red) 2. How many? (One, Two)',
    choices: [],
  });
});

function asked(text: string, ...labels: readonly string[]) {
  const options = labels.map((label) => ({ label, description: '' }));
  return { tool_name: 'ask_user', tool_input: { questions: [{ question: text, options }] } };
}
