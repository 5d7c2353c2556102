import { describe, expect, test } from 'vitest';
import type { Answer } from '../agent.ts';
import { parseJson, valueIn } from './json.ts';
import { readRequest, replyTo } from './questions.ts';

const reply = '17-1-PermissionRequest';
const bash = { cwd: '/srv', tool_name: 'Bash', tool_input: { command: 'npm test\nls' } };
const suggestion = { type: 'addRules', destination: 'localSettings', behavior: 'allow' };
const fetch = {
  tool_name: 'WebFetch',
  tool_input: { url: 'https://example.org/', prompt: 'p' },
  permission_suggestions: [suggestion],
};
const colour = { question: 'Which colour?', options: [{ label: 'Red' }, { label: 'Blue' }] };
const sizes = { question: 'Sizes?', options: [{ label: 'S' }, { label: 'L' }], multiSelect: true };
const asking = (...questions: readonly object[]) => ({
  tool_name: 'AskUserQuestion',
  tool_input: { questions },
});

const ask = (payload: unknown) => readRequest({ payload, reply });

function answered(payload: unknown, answer: Answer): unknown {
  const text = replyTo(answer, ask(payload), { payload });
  const output = valueIn(parseJson(text ?? ''), 'hookSpecificOutput');
  return valueIn(output, 'decision');
}

describe('a permission', () => {
  test('names the tool, in one line for people and whole for rules', () => {
    expect(ask(bash)).toEqual({
      kind: 'permission',
      question: 'Bash: npm test ls',
      choices: ['Allow', 'Deny'],
      tool: { name: 'Bash', subject: 'npm test\nls', kind: 'command' },
      reply,
    });
  });

  test.each([
    [{ file_path: '/a/b' }, { subject: '/a/b', kind: 'path' }],
    [{ file_path: 'b' }, { subject: '/srv/b', kind: 'path' }],
    [
      { pattern: 'x', path: '../b' },
      { subject: '/b', kind: 'path' },
    ],
    [{ url: 'https://a/?b&c' }, { subject: 'https://a/?b&c', kind: 'text' }],
    [{ other: 1 }, { subject: '{"other":1}', kind: 'text' }],
  ])('of a tool with %j is about %j', (input, tool) => {
    const payload = { cwd: '/srv', tool_name: 'Tool', tool_input: input };
    expect(ask(payload).tool).toEqual({ name: 'Tool', ...tool });
  });

  test('is given, refused with a reason, and given for good', () => {
    const always = [{ ...suggestion, destination: 'session' }];
    expect(answered(bash, { kind: 'allow' })).toEqual({ behavior: 'allow' });
    expect(answered(bash, { kind: 'choice', choice: 0 })).toEqual({ behavior: 'allow' });
    expect(answered(bash, { kind: 'deny', message: 'not now' })).toEqual({
      behavior: 'deny',
      message: 'not now',
    });
    expect(answered(bash, { kind: 'choice', choice: 1 })).toMatchObject({ behavior: 'deny' });
    expect(answered(fetch, { kind: 'choice', choice: 1 })).toEqual({
      behavior: 'allow',
      updatedPermissions: always,
    });
    expect(answered(fetch, { kind: 'choice', choice: 2 })).toMatchObject({ behavior: 'deny' });
  });

  test.each([
    { kind: 'choice', choice: 2 },
    { kind: 'choice', choice: -1 },
    { kind: 'text', text: 'yes' },
  ] as const)('takes no other answer: %j', (answer) => {
    expect(replyTo(answer, ask(bash), { payload: bash })).toBeUndefined();
  });
});

describe('a question', () => {
  test('of one kind has its choices', () => {
    expect(ask(asking(colour))).toEqual({
      kind: 'question',
      question: 'Which colour?',
      choices: ['Red', 'Blue'],
      reply,
    });
    expect(ask(asking(sizes)).question).toBe('Sizes? (several may be chosen)');
  });

  test.each([
    [{ kind: 'choice', choice: 1 }, 'Blue'],
    [{ kind: 'text', text: '2' }, 'Blue'],
    [{ kind: 'text', text: ' Green,\nplease ' }, 'Green,\nplease'],
  ] as const)('is answered by %j with %s', (answer, text) => {
    expect(answered(asking(colour), answer)).toEqual({
      behavior: 'allow',
      updatedInput: { questions: [colour], answers: { 'Which colour?': text } },
    });
  });

  test('that is many at once is answered line by line', () => {
    const payload = asking(colour, sizes);
    expect(ask(payload)).toMatchObject({
      question: '1. Which colour? (Red, Blue) 2. Sizes? (S, L)',
      choices: [],
    });
    const answer = { kind: 'text', text: '1\nS, L' } as const;
    expect(valueIn(answered(payload, answer), 'updatedInput')).toMatchObject({
      answers: { 'Which colour?': 'Red', 'Sizes?': 'S, L' },
    });
  });

  test.each([
    { kind: 'allow' },
    { kind: 'choice', choice: 2 },
    { kind: 'text', text: 'one line for two' },
    { kind: 'text', text: 'a\n\n' },
  ] as const)('is not answered by %j', (answer) => {
    const payload = asking(colour, sizes);
    expect(replyTo(answer, ask(payload), { payload })).toBeUndefined();
  });

  test('may be refused', () => {
    expect(answered(asking(colour), { kind: 'deny', message: 'Choose yourself' })).toEqual({
      behavior: 'deny',
      message: 'Choose yourself',
    });
  });
});

test.each([undefined, null, 7, [], { tool_name: 7 }, { tool_name: 'AskUserQuestion' }])(
  'a payload of another form (%j) can be refused or allowed, and breaks nothing',
  (payload) => {
    expect(ask(payload).kind).toBe('permission');
    expect(answered(payload, { kind: 'deny' })).toMatchObject({ behavior: 'deny' });
  },
);
