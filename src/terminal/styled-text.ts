/** What capture-pane gives letters of the line drawing set as, between SO and SI. */
const drawn = '◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·';

/** The text of a row with styles, as `capture-pane -e` writes it; blanks at its end removed. */
export function styledText(row: string): string {
  return (
    row
      // oxlint-disable-next-line no-control-regex -- SO and SI
      .replaceAll(/\u000e([^\u000f]*)\u000f?/g, (_, letters: string) => lines(letters))
      // oxlint-disable-next-line no-control-regex -- these are escape sequences
      .replaceAll(/\u001b(?:\[[0-9;:]*m|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g, '')
      .trimEnd()
  );
}

function lines(letters: string): string {
  return letters.replaceAll(/[`-~]/g, (letter) => drawn[letter.charCodeAt(0) - 0x60] ?? letter);
}
