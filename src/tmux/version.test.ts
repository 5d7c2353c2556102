import { expect, test } from 'vitest';
import { compareTmuxVersions, parseTmuxVersion, requireUsable, supports } from './version.ts';

test.each([
  ['tmux 3.3a\n', 3, 3, 1],
  ['tmux 3.4', 3, 4, 0],
  ['tmux next-3.6', 3, 6, 0],
  ['3.7c', 3, 7, 3],
  ['tmux 1.8', 1, 8, 0],
  ['tmux 3.5a-rc2', 3, 5, 1],
  ['tmux master', Infinity, 0, 0],
  ['tmux openbsd-7.4', Infinity, 0, 0],
])('reads %j', (output, major, minor, patch) => {
  expect(parseTmuxVersion(output)).toMatchObject({ major, minor, patch });
});

test('orders versions as they were released', () => {
  const sorted = ['3.3', '3.3a', '3.4', '3.10', 'master'].map(parseTmuxVersion);

  for (let at = 1; at < sorted.length; at += 1) {
    const [before, after] = sorted.slice(at - 1, at + 1);
    expect(compareTmuxVersions(before ?? never(), after ?? never())).toBeLessThan(0);
  }
});

test('knows what came when', () => {
  expect(supports(parseTmuxVersion('3.3a'), 'capture-trim (capture-pane -T)')).toBe(false);
  expect(supports(parseTmuxVersion('3.4'), 'capture-trim (capture-pane -T)')).toBe(true);
  expect(supports(parseTmuxVersion('master'), 'capture-trim (capture-pane -T)')).toBe(true);
});

test('names what a version that is too old lacks', () => {
  expect(() => requireUsable(parseTmuxVersion('tmux 3.1c'))).toThrow(
    /tmux 3.1c is too old: it lacks client flags .*run-shell -C/,
  );
  requireUsable(parseTmuxVersion('tmux 3.2'));
});

test('does not guess at a version that it cannot read', () => {
  expect(() => parseTmuxVersion('tmux: command not found')).toThrow('too old');
});

function never(): never {
  throw new Error('no version');
}
