import { expect, test } from 'vitest';
import { checkName } from './session-name.ts';

test.each([
  ['', 'is empty'],
  [' \t', 'is empty'],
  ['x'.repeat(201), 'is longer than 200 characters'],
  ['.hidden', 'begins with a dot'],
  ['../up', 'begins with a dot'],
  ['a/b', 'contains a slash'],
  ['a\\b', 'contains a slash'],
  ['a\nb', 'contains a control character'],
  ['a\u001b[31mb', 'contains a control character'],
  ['a\u202eb', 'contains a control character'],
  ['a\ud800', 'contains a control character'],
])('refuses the name %j because it %s', (name, problem) => {
  expect(() => checkName(name)).toThrow(
    expect.objectContaining({
      code: 'session.bad-name',
      message: expect.stringContaining(problem),
    }),
  );
});

test.each(['a', 'my site (2)', 'Größe 日本 🙂', '#(id) $HOME `x`', 'x'.repeat(200)])(
  'takes the name %j',
  (name) => {
    expect(() => checkName(name)).not.toThrow();
  },
);
