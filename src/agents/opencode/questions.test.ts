import { describe, expect, test } from 'vitest';
import { readPermission, readQuestions, replyTo } from './questions.ts';

const directory = '/srv/app';

function permission(tool: string, args: object, more: object = {}) {
  return { permission: tool, call: { tool, args }, always: ['*'], directory, ...more };
}

describe('a permission', () => {
  test.each([
    ['bash', { command: 'npm test', description: 'x' }, 'npm test', 'command'],
    ['write', { filePath: 'a/../b.txt', content: 'x' }, '/srv/app/b.txt', 'path'],
    ['edit', { filePath: '/etc/passwd' }, '/etc/passwd', 'path'],
    ['grep', { pattern: 'x', path: 'src' }, '/srv/app/src', 'path'],
    ['webfetch', { url: 'https://example.org' }, 'https://example.org', 'text'],
    ['github_search', { command: 'x' }, '{"command":"x"}', 'text'],
  ])('to use %s %o is about %s', (tool, args, subject, kind) => {
    const payload = permission(tool, args);

    expect(readPermission({ payload })).toMatchObject({
      kind: 'permission',
      question: `${tool}: ${subject}`,
      tool: { name: tool, subject, kind },
    });
  });

  test('to leave the directory is about the tool that wants to', () => {
    const more = { permission: 'external_directory', patterns: ['/etc/*'] };
    const payload = permission('read', { filePath: '/etc/hosts' }, more);

    expect(readPermission({ payload }).tool).toMatchObject({ name: 'read', subject: '/etc/hosts' });
  });

  test('to repeat the same call again and again goes by a name of its own', () => {
    const more = { permission: 'doom_loop', metadata: { tool: 'bash', input: {} } };
    const payload = permission('bash', { command: 'ls' }, more);

    expect(readPermission({ payload }).tool?.name).toBe('doom_loop');
  });

  test.each([
    [{ kind: 'allow' }, { reply: 'once' }],
    [{ kind: 'choice', choice: 0 }, { reply: 'once' }],
    [{ kind: 'choice', choice: 1 }, { reply: 'always' }],
    [
      { kind: 'deny', message: 'No.' },
      { reply: 'reject', message: 'No.' },
    ],
    [
      { kind: 'choice', choice: 2 },
      { reply: 'reject', message: expect.any(String) },
    ],
  ] as const)('is answered by %o with %o', (answer, reply) => {
    const payload = permission('bash', { command: 'ls' });
    const text = replyTo(answer, readPermission({ payload }), { payload });

    expect(JSON.parse(text ?? '')).toEqual(reply);
  });

  test('is not answered in words, nor by a choice that is not there', () => {
    const payload = permission('bash', { command: 'ls' });
    const dialog = readPermission({ payload });

    expect(replyTo({ kind: 'text', text: 'yes' }, dialog, { payload })).toBeUndefined();
    expect(replyTo({ kind: 'choice', choice: 3 }, dialog, { payload })).toBeUndefined();
  });
});

describe('a question', () => {
  const colour = { question: 'Which colour?', options: [{ label: 'Red' }, { label: 'Blue' }] };
  const size = { question: 'Which size?', options: [{ label: 'S' }, { label: 'L' }] };

  test.each([
    [{ kind: 'choice', choice: 1 }, [['Blue']]],
    [{ kind: 'text', text: '2' }, [['Blue']]],
    [{ kind: 'text', text: 'Green, please' }, [['Green, please']]],
  ] as const)('is answered by %o', (answer, answers) => {
    const payload = { questions: [colour] };
    const dialog = readQuestions({ payload });

    expect(dialog).toMatchObject({ question: 'Which colour?', choices: ['Red', 'Blue'] });
    expect(JSON.parse(replyTo(answer, dialog, { payload }) ?? '')).toEqual({ answers });
  });

  test('with others beside it takes one line for each', () => {
    const payload = { questions: [colour, size] };
    const dialog = readQuestions({ payload });

    expect(dialog.question).toBe('1. Which colour? (Red, Blue) 2. Which size? (S, L)');
    expect(
      JSON.parse(replyTo({ kind: 'text', text: 'Red\n2' }, dialog, { payload }) ?? ''),
    ).toEqual({ answers: [['Red'], ['L']] });
    expect(replyTo({ kind: 'text', text: 'Red' }, dialog, { payload })).toBeUndefined();
    expect(replyTo({ kind: 'choice', choice: 0 }, dialog, { payload })).toBeUndefined();
  });

  test('may be left without an answer', () => {
    const payload = { questions: [colour] };

    expect(replyTo({ kind: 'deny' }, readQuestions({ payload }), { payload })).toBe('{}');
  });
});
