import type { PaneLook } from '../tmux/index.ts';

/**
 * What draws the screen that tmux shows over another one. Modes that tmux does not tell of stay as
 * they are: the program's own are more likely than those of a new terminal.
 */
export function redrawing(look: PaneLook, isAlternate: boolean): string {
  const { styledRows, cursor, rows } = look;
  const other = look.isAlternateScreen ? '\u001b[?1049h' : '\u001b[?1049l';
  // Each row goes on with the style of the one above it.
  const lines = styledRows.slice(0, rows).map((row, at) => `\u001b[${at + 1};1H${row}`);
  return [
    look.isAlternateScreen === isAlternate ? '' : other,
    // No margins, no wrapping, line drawing letters behind SO as capture-pane writes them.
    '\u001b[?6l\u001b[r\u001b[?7l\u001b(B\u001b)0\u000f\u001b[m\u001b[2J',
    ...lines,
    '\u000f\u001b[m\u001b[?7h',
    `\u001b[${cursor.row + 1};${cursor.column + 1}H`,
    cursor.isShown ? '\u001b[?25h' : '\u001b[?25l',
  ].join('');
}
