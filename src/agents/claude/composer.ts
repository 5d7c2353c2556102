import type { Screen } from '../adapter.ts';
import { screenRules } from './rules.ts';

export interface Composer {
  /** Its first row, counted from 0. */
  readonly row: number;
  /** Typed and not submitted; a placeholder is no text. */
  readonly text: string;
  readonly footer: readonly string[];
}

/** Find the box between two lines at the bottom of the screen in which a prompt is typed. */
export function findComposer({ rows, styledRows }: Screen): Composer | undefined {
  const bottom = rows.findLastIndex(isLine);
  const top = rows.findLastIndex((row, index) => index < bottom && isLine(row));
  const first = rows[top + 1];
  if (top < 0 || first === undefined || !first.startsWith(screenRules.pointer)) return undefined;
  const footer = rows.slice(bottom + 1).filter((row) => row.trim() !== '');
  if (footer.length > screenRules.footerRows) return undefined;
  const box = rows.slice(top + 1, bottom);
  const text = box.map((row) => row.replace(/^❯?\s*/, '').trimEnd()).join(' ');
  const isPlaceholder = hasDimText(styledRows[top + 1] ?? '');
  return { row: top + 1, text: isPlaceholder ? '' : text.trim(), footer };
}

function isLine(row: string): boolean {
  return screenRules.line.test(row.trim());
}

/** SGR 2 is dim. Placeholders and suggestions are drawn in it, what a person typed never is. */
function hasDimText(styledRow: string): boolean {
  // oxlint-disable-next-line no-control-regex -- SGR sequences begin with an escape character
  return Array.from(styledRow.matchAll(/\u001b\[(?<codes>[\d;:]*)m/g), ({ groups }) =>
    isDim((groups?.['codes'] ?? '').split(';')),
  ).includes(true);
}

/** The 2 of a colour (38;2;r;g;b and 38;5;2) is not the attribute. */
function isDim(codes: readonly string[]): boolean {
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index];
    if (code === '2') return true;
    const isColour = code === '38' || code === '48' || code === '58';
    if (isColour) index += codes[index + 1] === '2' ? 4 : 2;
  }
  return false;
}
