import { expect, test } from 'vitest';
import { codesIn, codesOf } from './check-errors.ts';

test('finds the codes that a source gives to errors, and not other dotted words', () => {
  const source = `
    throw new CodedError('job.no-such-file', 'x');
    super('tmux.pane-gone', message);
    const error = { code: 'job.expired', message: 'y' };
    throw new NoSuchJob('job.not-found', id);
    append({ kind: 'job.settled' });
    readFile('config.yaml');
  `;

  expect(codesIn(source)).toEqual([
    'job.no-such-file',
    'tmux.pane-gone',
    'job.expired',
    'job.not-found',
  ]);
});

test('finds a code on the line after the parenthesis', () => {
  expect(codesIn("new CodedError(\n      'a.b',\n")).toEqual(['a.b']);
});

test('finds both codes of a choice', () => {
  expect(codesIn("const code = isOld ? 'a.old' : 'a.new';")).toEqual(['a.old', 'a.new']);
});

test('reads the codes that the page explains from its headings', () => {
  const page = '# Errors\n\n### `a.b`\n\ntext `c.d`\n\n### `e.f`\n\nmore\n';

  expect(codesOf(page)).toEqual(['a.b', 'e.f']);
});

test('takes no heading without a paragraph for an explanation', () => {
  expect(codesOf('### `a.b`\n\n### `c.d`\n\ntext\n\n### `e.f`\n')).toEqual(['c.d']);
});
