import { expect, test } from 'vitest';
import { shellCommand } from './shell-command.ts';

test('quotes what a shell would read otherwise, and nothing else', () => {
  expect(shellCommand(['tmux', '-S', '/run/a b/t.sock', "it's", '', '$HOME'])).toBe(
    String.raw`tmux -S '/run/a b/t.sock' 'it'\''s' '' '$HOME'`,
  );
});
