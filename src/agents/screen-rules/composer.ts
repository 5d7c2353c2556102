import type { Screen } from '../adapter.ts';
import { cellStyles } from './cell-styles.ts';
import type { ComposerRule } from './schema.ts';

export interface Composer {
  /** Its first row, counted from 0. */
  readonly row: number;
  /** Typed and not submitted; a placeholder is no text. */
  readonly text: string;
  /** Rows with text above the box and below it. */
  readonly above: readonly string[];
  readonly below: readonly string[];
}

/** Find the box in which a prompt is typed: the lowest place that fits, with little below it. */
export function findComposer(screen: Screen, rule: ComposerRule): Composer | undefined {
  const { rows } = screen;
  const bottom = rule.below === undefined ? rows.length : lastMatch(rows, rule.below, rows.length);
  const first = findFirst(rows, bottom, rule);
  const firstRow = rows[first];
  if (firstRow === undefined || !rule.first.test(firstRow)) return undefined;
  const below = rows.slice(bottom + 1).filter(hasText);
  if (below.length > rule.footerRows) return undefined;
  const text = rows
    .slice(first, bottom - rule.skipLast)
    .map((row, index) => row.replace(index === 0 ? rule.first : (rule.rows ?? /^\s+/), '').trim())
    .join(' ')
    .trim();
  const isPlaceholder =
    rule.placeholder?.some((one) => one.test(text)) === true || isDim(screen, first);
  const top = rule.above === undefined ? first : first - 1;
  return {
    row: first,
    text: isPlaceholder ? '' : text,
    above: rows.slice(0, top).filter(hasText),
    below,
  };
}

/** Below its upper edge, at the top of its own rows, or the lowest that fits; -1 for none. */
function findFirst(
  rows: readonly string[],
  bottom: number,
  { above, rows: own, first }: ComposerRule,
): number {
  if (bottom < 0) return -1;
  if (above !== undefined) {
    const top = lastMatch(rows, above, bottom);
    return top < 0 ? -1 : top + 1;
  }
  if (own === undefined) return lastMatch(rows, first, bottom);
  const top = rows.findLastIndex((row, index) => index < bottom && !own.test(row)) + 1;
  return top < bottom ? top : -1;
}

/** Placeholders and suggestions are drawn dim (SGR 2), what a person typed never is. */
function isDim({ styledRows }: Screen, row: number): boolean {
  return cellStyles(styledRows[row] ?? '').some((style) => style.has('2'));
}

function lastMatch(rows: readonly string[], rule: RegExp, end: number): number {
  return rows.findLastIndex((row, index) => index < end && rule.test(row));
}

function hasText(row: string): boolean {
  return row.trim() !== '';
}
