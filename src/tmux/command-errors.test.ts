import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandError, PaneGoneError, TmuxCommandError } from './command-errors.ts';

const rows = readFileSync('test/golden/tmux-3.3a/errors.tsv', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));

test.each(rows)('gives %s for %s: %s (B58, B75)', (code = '', command = '', reply = '') => {
  expect(commandError([command], [reply]).code).toBe(code);
});

test('keeps the words of tmux and the class of the error', () => {
  const error = commandError(['capture-pane', '-p', '-t', '%9'], ["can't find pane: %9"]);

  expect(error).toBeInstanceOf(PaneGoneError);
  expect(error).toBeInstanceOf(TmuxCommandError);
  expect(error.message).toBe("tmux capture-pane: can't find pane: %9");
  expect(error.reply).toBe("can't find pane: %9");
});

test('leaves values of variables out of what is logged', () => {
  const error = commandError(['new-window', '-e', 'KEY=secret'], ['no']);

  expect(JSON.stringify(error.facts)).not.toContain('secret');
});
