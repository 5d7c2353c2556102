import { expect, test } from 'vitest';
import { codesIn, codesOf } from './check-errors.ts';

test('finds the codes that a source gives to errors, and not other dotted words', () => {
  const source = `
    throw new CodedError('job.no-such-file', 'x');
    super('tmux.pane-gone', message);
    const error = { code: 'job.expired', message: 'y' };
    append({ kind: 'job.settled' });
    readFile('config.yaml');
  `;

  expect(codesIn(source)).toEqual(['job.no-such-file', 'tmux.pane-gone', 'job.expired']);
});

test('finds a code on the line after the parenthesis', () => {
  expect(codesIn("new CodedError(\n      'a.b',\n")).toEqual(['a.b']);
});

test('reads the codes that the page explains from its headings', () => {
  expect(codesOf('# Errors\n\n### `a.b`\n\ntext `c.d`\n\n### `e.f`\n')).toEqual(['a.b', 'e.f']);
});
