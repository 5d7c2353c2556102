import { expect, test } from 'vitest';
import { stripControls } from './input.ts';

test('takes the end of a bracketed paste and other controls out (B66)', () => {
  expect(stripControls('a\u001b[201~rm -rf\r\nb\tc\u0003\u009bd')).toBe('arm -rf\nb\tcd');
});

test('leaves no end mark behind that was hidden in another one', () => {
  expect(stripControls('\u001b[2\u001b[201~01~x')).not.toContain('\u001b');
});
