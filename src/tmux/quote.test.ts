import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadArgumentError } from './errors.ts';
import { commandLine, quote, sequenceLine } from './quote.ts';

test('leaves plain words readable between quotes', () => {
  expect(commandLine(['list-panes', '-t', '%1'])).toBe('"list-panes" "-t" "\\0451"');
});

test('writes everything that could mean something as octal', () => {
  expect(quote('a;b#{c}$D~"\\\'\n')).toBe(
    '"a\\073b\\043\\173c\\175\\044D\\176\\042\\134\\047\\012"',
  );
});

test('keeps characters outside ASCII as they are', () => {
  expect(quote('é✓𝄞')).toBe('"é✓𝄞"');
});

test('joins commands with the only bare semicolons of the line', () => {
  expect(sequenceLine([['a', ';'], ['b']])).toBe('"a" "\\073" ; "b"');
});

test('says no to what no argument can hold', () => {
  expect(() => quote('a\0b')).toThrow(BadArgumentError);
  expect(() => quote('\ud800')).toThrow(BadArgumentError);
});

test('reads back as what was quoted, and stays one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
      fc.pre(!text.includes('\0') && text.isWellFormed());
      const quoted = quote(text);
      expect(quoted).toMatch(/^"[^"\n;$#{}]*"$/u);
      expect(unquoted(quoted)).toBe(text);
    }),
    { seed: 7, numRuns: 300 },
  );
});

function unquoted(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\([0-7]{3})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 8)),
    );
}
