import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PlainText } from './plain-text.ts';

test('takes colours, titles and character sets out', () => {
  const text = '\u001b]0;title\u0007\u001b[1;31mred\u001b[0m \u001b(Bplain\u001b]2;x\u001b\\!';

  expect(new PlainText().feed(Buffer.from(text))).toBe('red plain!');
});

test('keeps words apart that the cursor moved between', () => {
  const text = 'one\u001b[5;1Htwo\u001b[1Cthree\rfour\tfive';

  expect(new PlainText().feed(Buffer.from(text))).toBe('one\ntwo three\nfour five');
});

test('reads the same however the bytes are cut', () => {
  const text = 'é\u001b[31m✓\u001b]0;tïtle\u001b\\ end\u001bP1;2q\u001b\\𝄞';
  const bytes = Buffer.from(text);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: bytes.length })), (cuts) => {
      const plain = new PlainText();
      const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const parts = places.slice(1).map((end, at) => plain.feed(bytes.subarray(places[at], end)));
      expect(parts.join('')).toBe('é✓ end𝄞');
    }),
    { seed: 7 },
  );
});
