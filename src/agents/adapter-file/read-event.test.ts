import { expect, test } from 'vitest';
import { checkYaml } from '../screen-rules/check-yaml.ts';
import { readFileEvent, readFileUsage, replyOf } from './read-event.ts';
import { adapterFile } from './schema.ts';

const file = checkYaml(
  'mine.yaml',
  `
program: mine
delivery: argv
doneBy: turn
args: ['{prompt}', '{hook Stop}']
hooks:
  Start: session-started
  Prompt: { means: prompt-submitted, text: a.prompt }
  Tool: { means: working, if: { state: done, n: '1' } }
  May: { means: asking, tool: tool, subject: [in.command, in.path], allow: 'yes', deny: '{"no":"{message}"}' }
  Question: { means: asking, kind: question, question: q.0.text, choices: q.0.options }
  Stop: { means: turn-ended, background: tasks }
  Fail: { means: failed, message: error, quota: limit, permanent: [not allowed, /no such/i] }
  Lost: failed
  End: session-ended
usage: { event: Stop, model: m, input: u.i, output: u.o, cacheRead: u.c }
`,
  adapterFile,
);

const now = Date.parse('2026-11-12T14:00:00Z');

const read = (name: string, payload: unknown = {}, reply?: string) =>
  readFileEvent(file, { name, at: now, payload, reply });

test.each([
  ['Start', {}, { kind: 'session-started' }],
  ['Prompt', { a: { prompt: 'hi' } }, { kind: 'prompt-submitted', text: 'hi' }],
  ['Prompt', undefined, { kind: 'prompt-submitted', text: undefined }],
  ['Tool', { state: 'done', n: 1 }, { kind: 'working' }],
  ['Tool', { state: 'done' }, undefined],
  ['Stop', { tasks: ['a', 'b'] }, { kind: 'turn-ended', backgroundTasks: 2 }],
  ['Stop', { tasks: 1 }, { kind: 'turn-ended', backgroundTasks: 1 }],
  ['Stop', {}, { kind: 'turn-ended', backgroundTasks: 0 }],
  [
    'Fail',
    { error: 'limit, resets in 2 hours' },
    {
      kind: 'failed',
      failure: 'quota',
      message: 'limit, resets in 2 hours',
      retryAt: now + 2 * 60 * 60_000,
    },
  ],
  [
    'Fail',
    { error: 'No such model' },
    { kind: 'failed', failure: 'permanent', message: 'No such model' },
  ],
  [
    'Fail',
    { error: 'overloaded' },
    { kind: 'failed', failure: 'transient', message: 'overloaded' },
  ],
  [
    'Lost',
    {},
    { kind: 'failed', failure: 'transient', message: 'The program reports a failure (Lost).' },
  ],
  ['End', {}, { kind: 'session-ended' }],
  ['Other', {}, undefined],
])('%s with %j means what its rule says', (name, payload, meaning) => {
  expect(read(name, payload)).toEqual(meaning);
});

test('a permission names the tool and the whole of its subject, and the hook that waits', () => {
  expect(read('May', { tool: 'sh', in: { command: 'a\nb' } }, 'r1')).toEqual({
    kind: 'asking',
    dialog: {
      kind: 'permission',
      question: 'sh: a b',
      choices: [],
      tool: { name: 'sh', subject: 'a\nb' },
      reply: 'r1',
    },
  });
  expect(read('May', { tool: 'w', in: { path: '/x' } })).toMatchObject({
    dialog: { tool: { name: 'w', subject: '/x' } },
  });
});

test('a permission whose subject nobody finds is for a person', () => {
  const meaning = read('May', { tool: 'sh', in: {} });
  expect(meaning?.kind === 'asking' && meaning.dialog.tool).toBeUndefined();
});

test('a question has its choices', () => {
  expect(read('Question', { q: [{ text: 'Which\n one?', options: ['a', 'b'] }] })).toMatchObject({
    dialog: { kind: 'question', question: 'Which one?', choices: ['a', 'b'] },
  });
});

test('an answer becomes what the hook prints', () => {
  expect(replyOf(file, { kind: 'allow' }, { name: 'May' })).toBe('yes');
  const said = replyOf(file, { kind: 'deny', message: 'say "no" $&' }, { name: 'May' }) ?? '';
  expect(JSON.parse(said)).toEqual({ no: 'say "no" $&' });
  expect(replyOf(file, { kind: 'choice', choice: 0 }, { name: 'May' })).toBeUndefined();
  expect(replyOf(file, { kind: 'allow' }, { name: 'Question' })).toBeUndefined();
});

test('each event that tells tokens counts', () => {
  const stop = (payload: unknown) => ({ name: 'Stop', payload });
  expect(
    readFileUsage(file, [stop({ m: 'big', u: { i: 5, o: 2, c: 1 } }), stop({})]),
  ).toMatchObject([
    { model: 'big', inputTokens: 5, outputTokens: 2, cacheReadTokens: 1, cacheWriteTokens: 0 },
    { model: undefined, inputTokens: 0 },
  ]);
  expect(readFileUsage(file, [{ name: 'May', payload: {} }])).toBeUndefined();
});
