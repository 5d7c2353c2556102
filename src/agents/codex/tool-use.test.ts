import { expect, test } from 'vitest';
import { decide, parseRule } from '../policy.ts';
import { readToolUse } from './tool-use.ts';

const patch = [
  '*** Begin Patch',
  '*** Update File: src/../src/a.ts',
  '*** Move to: b.ts',
  '@@',
  '-*** Add File: not-a-header',
  '  *** Delete File: /etc/old name ',
  '*** End Patch',
].join('\n');

function use(tool_name: string, tool_input: object) {
  return readToolUse({ cwd: '/srv', tool_name, tool_input });
}

test.each([
  ['Bash', { command: 'ls; rm x' }, { subject: 'ls; rm x', kind: 'command' }],
  ['view_image', { path: '../a.png' }, { subject: '/a.png', kind: 'path' }],
  ['mcp__files__write', { path: 'a' }, { subject: '{"path":"a"}', kind: 'text' }],
  ['spawn_agent', { message: 'go' }, { subject: '{"message":"go"}', kind: 'text' }],
  ['apply_patch', { command: 'nonsense' }, { subject: 'nonsense', kind: 'text' }],
  [
    'apply_patch',
    { command: '*** Begin Patch\n*** Add File: a b.txt\n+x\n*** End Patch' },
    { subject: '/srv/a b.txt', kind: 'path' },
  ],
])('%s of %j', (name, input, expected) => {
  expect(use(name, input)).toEqual({ name, ...expected });
});

test('a patch is about every file that it touches', () => {
  expect(use('apply_patch', { command: patch })).toEqual({
    name: 'apply_patch',
    subject: '/srv/src/a.ts\n/srv/b.ts\n/etc/old name',
    kind: undefined,
  });
});

test('of a patch one file that is denied denies the whole, and one that is allowed does not allow it', () => {
  const tool = use('apply_patch', { command: patch });
  const judge = (...rules: Parameters<typeof parseRule>[]): string =>
    decide({ otherwise: 'ask', rules: rules.map((rule) => parseRule(...rule)) }, tool);

  expect(judge(['deny', 'apply_patch(/srv/b.ts)'])).toBe('deny');
  expect(judge(['allow', 'apply_patch(/srv/**)'])).toBe('ask');
  expect(judge(['allow', 'apply_patch(/**)'])).toBe('allow');
});
