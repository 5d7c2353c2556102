import { expect, test } from 'vitest';
import { cellStyles } from './cell-styles.ts';

function drawn(row: string): readonly string[] {
  return cellStyles(row).map((style) => [...style].join(' '));
}

test.each([
  ['plain', 'ab', ['', '']],
  ['dim and its end', '\u001B[2ma\u001B[22mb', ['2', '']],
  ['the reset', '\u001B[1;31ma\u001B[0mb\u001B[7mc\u001B[md', ['1 31', '', '7', '']],
  ['a colour in place of another', '\u001B[38;5;2ma\u001B[91mb\u001B[39mc', ['38;5;2', '91', '']],
  ['a true colour, whose 2 is not dim', '\u001B[48;2;2;2;2;1ma', ['48;2;2;2;2 1']],
  ['what draws nothing', '\u000Ea\u000F\u001B]8;;http://x\u001B\\b', ['', '']],
  ['a sign of two units', '\u001B[2m🙂', ['2', '2']],
])('reads %s', (_, row, styles) => {
  expect(drawn(row)).toEqual(styles);
});
