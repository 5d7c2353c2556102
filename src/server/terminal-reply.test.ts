import { expect, test } from 'vitest';
import { isTerminalReply } from './terminal-reply.ts';

test.each([
  ['device attributes', '\u001b[?62;22c'],
  ['secondary device attributes', '\u001b[>0;276;0c'],
  ['a status report', '\u001b[0n'],
  ['a cursor position', '\u001b[24;80R'],
  ['a mode report', '\u001b[?2004;1$y'],
  ['a size report', '\u001b[8;24;80t'],
  ['a colour, ended by BEL', '\u001b]11;rgb:0000/0000/0000\u0007'],
  ['a colour, ended by ST', '\u001b]10;rgb:ffff/ffff/ffff\u001b\\'],
  ['a version', '\u001bP>|xterm(390)\u001b\\'],
  ['several at once', '\u001b[?1;2c\u001b[24;80R'],
])('knows %s for an answer of a terminal', (_name, text) => {
  expect(isTerminalReply(text)).toBe(true);
});

test.each([
  ['a letter', 'c'],
  ['an arrow', '\u001b[A'],
  ['an arrow with a modifier', '\u001b[1;5C'],
  ['F3 with a modifier', '\u001b[1;2R'],
  ['Escape', '\u001b'],
  ['Alt and a letter', '\u001bc'],
  ['a click', '\u001b[<0;10;10M'],
  ['a bracketed paste', '\u001b[200~c\u001b[201~'],
  ['an answer with a key behind it', '\u001b[?1;2cx'],
  ['nothing', ''],
])('lets %s be typed', (_name, text) => {
  expect(isTerminalReply(text)).toBe(false);
});
