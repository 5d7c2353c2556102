/** What capture-pane gives letters of the line drawing set as, between SO and SI. */
const drawn = '◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·';

/** An escape sequence, SO, SI, or a letter that may stand for a line. */
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const parts = /\u001b\[[0-9;:]*m|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\u000e\u000f`-~]/g;

/**
 * The text of rows with styles, as `capture-pane -e` writes them; blanks at their ends removed.
 * Styles, and line drawing, go on from one row to the next.
 */
export function styledText(rows: readonly string[]): readonly string[] {
  let isDrawing = false;
  const text = rows.join('\n').replaceAll(parts, (part) => {
    if (part === '\u000e' || part === '\u000f') isDrawing = part === '\u000e';
    if (part < ' ') return '';
    return isDrawing ? (drawn[part.charCodeAt(0) - 0x60] ?? part) : part;
  });
  return text.split('\n').map((row) => row.trimEnd());
}
