import { expect, test } from 'vitest';
import { KeyReader } from './read-keys.ts';

function read(...pieces: readonly string[]): readonly object[] {
  const reader = new KeyReader();
  return pieces.flatMap((piece) => reader.read(Buffer.from(piece)));
}

test('reads a bracketed paste as one piece, whatever its line ends', () => {
  expect(read('\u001B[200~a\rb\u001B[201~\r')).toEqual([
    { kind: 'paste', text: 'a\nb' },
    { kind: 'enter' },
  ]);
});

test('reads the same keys however the bytes are split', () => {
  const text = 'x\u001B[200~hé✓\u001B[201~y\r\u007F\u0003';
  const whole = read(text);
  const bytes = Buffer.from(text);
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const reader = new KeyReader();
    const keys = [...reader.read(bytes.subarray(0, cut)), ...reader.read(bytes.subarray(cut))];
    // A cut right after ESC makes it the key of that name: terminals do not cut there.
    if (bytes[cut - 1] !== 0x1b) expect(keys).toEqual(whole);
  }
});

test('leaves out cursor keys and other sequences', () => {
  expect(read('\u001B[A\u001B[1;5C\u001BOPa')).toEqual([{ kind: 'text', text: 'a' }]);
});

test('tells the keys that do something', () => {
  expect(read('\r', '\u007F', '\u001B', '\u0003', '\u0015')).toEqual([
    { kind: 'enter' },
    { kind: 'backspace' },
    { kind: 'escape' },
    { kind: 'interrupt' },
    { kind: 'kill-line' },
  ]);
});
