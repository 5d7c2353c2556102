import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundData, boundText } from './bound-data.ts';

test('whatever it is given, an entry stays small and can be written as JSON', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything()), (data) => {
      const text = JSON.stringify(boundData(data));

      expect(text.length).toBeLessThanOrEqual(8_192);
      expect(JSON.stringify(JSON.parse(text))).toBe(text);
    }),
  );
});

test('cuts long texts, long lists and deep objects', () => {
  const data = boundData({
    text: 'x'.repeat(1_000),
    list: Array.from({ length: 100 }, (_, index) => index),
    a: { b: { c: { d: 1 } } },
  });

  expect(data['text']).toBe(`${'x'.repeat(499)}…`);
  expect(data['list']).toHaveLength(30);
  expect(data['a']).toEqual({ b: { c: '[cut]' } });
});

test('blacks out what must never be in a log', () => {
  const token = `tbt_${'a'.repeat(43)}`;

  expect(boundData({ password: 'x', newSecret: 1, line: `curl ${token} .` })).toEqual({
    password: '[secret]',
    newSecret: '[secret]',
    line: 'curl [secret] .',
  });
  expect(boundText(token)).toBe('[secret]');
});
