import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OpenSequence } from './open-sequence.ts';

function openAfter(...parts: readonly (string | Uint8Array)[]): string {
  const open = new OpenSequence();
  for (const part of parts) open.feed(Buffer.from(part));
  return Buffer.from(open.bytes).toString('latin1');
}

test.each([
  ['plain text', 'hello', ''],
  ['a whole sequence', '\u001b[31mred', ''],
  ['a lone escape', 'a\u001b', '\u001b'],
  ['parameters without an end', 'a\u001b[1;3', '\u001b[1;3'],
  ['a charset without its name', 'a\u001b(', '\u001b('],
  ['a title without an end', '\u001b]0;ti', '\u001b]0;ti'],
  ['a title that ended', '\u001b]0;ti\u0007x', ''],
  ['half an end mark', '\u001b]0;ti\u001b', '\u001b'],
  ['what was broken off', '\u001b[1;\u0018x', ''],
  ['a sequence in another', '\u001b[1\u001b[2', '\u001b[2'],
])('knows what is open after %s', (_name, text, open) => {
  expect(openAfter(text)).toBe(open);
});

test('knows half a letter', () => {
  const [first = 0, second = 0] = Buffer.from('✓');
  expect(openAfter('a', Uint8Array.of(first, second))).toBe(
    Buffer.from([first, second]).toString('latin1'),
  );
  expect(openAfter('✓')).toBe('');
});

test('finds the same wherever the stream is cut', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 5 }),
    fc.constantFrom('\u001b[1;31m', '\u001b]0;x\u0007', '\u001b(0', '\u001b', '\u0018', '漢'),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(60)), (pieces, cuts) => {
      const whole = Buffer.from(pieces.join(''));
      const places = [0, ...cuts.filter((cut) => cut < whole.length), whole.length].toSorted(
        (a, b) => a - b,
      );
      const parts = places.slice(1).map((end, at) => whole.subarray(places[at], end));
      expect(openAfter(...parts)).toBe(openAfter(whole));
    }),
  );
});

test('is bounded, however long a sequence goes on', () => {
  expect(openAfter(`\u001b]0;${'x'.repeat(100_000)}`).length).toBeLessThanOrEqual(4_096);
});
