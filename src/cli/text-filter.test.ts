import { array, assert, nat, property } from 'fast-check';
import { expect, test } from 'vitest';
import { type FilterMode, TextFilter } from './text-filter.ts';

const once = (mode: FilterMode, text: string): string => new TextFilter(mode).take(text);

test.each([
  ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
  ['a title', '\u001b]0;title\u0007text', 'text'],
  ['a link with its string terminator', '\u001b]8;;http://x\u001b\\text', 'text'],
  ['a device string', '\u001bP1$r0m\u001b\\text', 'text'],
  ['a character set', '\u001b(Btext', 'text'],
  ['keypad mode and save cursor', '\u001b=\u001b7text', 'text'],
  ['bells and backspaces', 'a\u0007\u0008b', 'ab'],
  ['carriage returns', 'one\r\ntwo\rthree', 'one\ntwo\nthree'],
])('takes %s out of the text', (_what, given, expected) => {
  expect(once('text', given)).toBe(expected);
});

test('keeps what draws for a terminal', () => {
  const drawing = '\u001b[2J\u001b[3;4Hx\u001b[31my\u001b[?25l\u001b[?1049h\r\n';
  expect(once('screen', drawing)).toBe(drawing);
});

test.each([
  ['a question for the device', '\u001b[c\u001b[>c\u001b[6n\u001b[?1$p\u001b[>0q\u001b[18t'],
  ['the clipboard', '\u001b]52;c;aGk=\u0007'],
  ['mouse and paste modes', '\u001b[?1000h\u001b[?1006h\u001b[?2004h'],
  ['a device string', '\u001bP+q544e\u001b\\'],
])('drops %s also for a terminal', (_what, given) => {
  expect(once('screen', `a${given}b`)).toBe('ab');
});

test('a sequence that is cut anywhere is still taken out', () => {
  const text = 'a\u001b[1;31mb\u001b]0;title\u001b\\c\u001bP1$r\u001b\\d\u001b(0e\u001b7f';
  assert(
    property(array(nat(text.length), { maxLength: 6 }), (cuts) => {
      const filter = new TextFilter('text');
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const parts = places.slice(1).map((end, index) => text.slice(places[index], end));
      expect(parts.map((part) => filter.take(part)).join('')).toBe('abcdef');
    }),
  );
});

test('a sequence that never ends does not swallow the rest', () => {
  const filter = new TextFilter('text');
  const kept = filter.take(`a\u001b]0;${'x'.repeat(10_000)}`) + filter.take('the end');
  expect(kept.startsWith('a')).toBe(true);
  expect(kept.endsWith('the end')).toBe(true);
});
