import type { KeyName } from '../../tmux/index.ts';
import { isKeyName } from '../../tmux/index.ts';
import type { Screen } from '../adapter.ts';
import { cellStyles } from './cell-styles.ts';
import type { DialogRule, ListRule } from './schema.ts';

/** What a dialog lets one choose, and how. */
export interface Choices {
  readonly texts: readonly string[];
  /** The one that an Enter would take now; -1 when the screen does not show it. */
  readonly selected: number;
  /** Rows of the first choice and of the selected one. */
  readonly firstRow: number;
  readonly row: number;
  /** One list of keys a choice; an empty list for a choice that no key makes for sure. */
  readonly keys: readonly (readonly KeyName[])[];
}

interface Choice {
  readonly row: number;
  readonly text: string;
}

/** Find the list with a pointer, the lowest one; top choice first. */
export function findList(
  rows: readonly string[],
  { pointer, keys }: Pick<ListRule, 'pointer' | 'keys'>,
): Choices | undefined {
  if (pointer === undefined) return undefined;
  // An own copy: a rule without ^ could find the sign in the middle of a text.
  const at = rows.findLastIndex((row) => pointer.test(row) && /\S/.test(row.replace(pointer, '')));
  const row = rows[at];
  if (row === undefined) return undefined;
  const bare = rows.map((text) => text.replace(pointer, (sign) => ' '.repeat(sign.length)));
  const own = numberOf(bare[at]);
  const found = own === undefined ? contiguous(bare, at) : numbered(bare, at, own);
  const texts = found.map(({ text }) => text);
  const selected = found.findIndex((choice) => choice.row === at);
  return {
    texts,
    selected,
    firstRow: found[0]?.row ?? at,
    row: at,
    keys: texts.map((_, index) => keysOfList(keys, selected, index, texts.length - 1)),
  };
}

/** Find choices that stand side by side in one row; the selected one is drawn in another style. */
export function findRow(
  { rows, styledRows }: Screen,
  texts: readonly string[],
): Choices | undefined {
  const row = rows.findLastIndex((text) => columnsOf(text, texts) !== undefined);
  const columns = columnsOf(rows[row] ?? '', texts);
  if (columns === undefined) return undefined;
  const styles = cellStyles(styledRows[row] ?? '');
  const drawn = columns.map((column) => [...(styles[column] ?? [])].toSorted().join(' '));
  const alone = drawn.filter((style) => drawn.indexOf(style) === drawn.lastIndexOf(style));
  // Two choices in two styles: nobody knows which of them means selected.
  const selected = alone.length === 1 ? drawn.indexOf(alone[0] ?? '') : -1;
  const keys = texts.map((_, index) => keysOfRow(selected, index));
  return { texts, selected, firstRow: row, row, keys };
}

/** Choices that have a key of their own, as the rule says. */
export function pressed(press: NonNullable<DialogRule['press']>, row: number): Choices {
  const keys = Object.values(press).map((key) => (isKeyName(key) ? [key] : []));
  return { texts: Object.keys(press), selected: -1, firstRow: row, row, keys };
}

/** Descriptions and lines may stand between two choices, so the numbers lead. */
function numbered(rows: readonly string[], at: number, own: number): readonly Choice[] {
  const found = [choiceAt(rows, at)];
  let next = own - 1;
  for (let row = at - 1; row >= 0 && next >= 1; row -= 1) {
    if (numberOf(rows[row]) !== next) continue;
    found.unshift(choiceAt(rows, row));
    next -= 1;
  }
  next = own + 1;
  for (let row = at + 1; row < rows.length; row += 1) {
    if (numberOf(rows[row]) !== next) continue;
    found.push(choiceAt(rows, row));
    next += 1;
  }
  return found;
}

/** Without numbers, a list is the rows above and below the pointer that begin in its column. */
function contiguous(rows: readonly string[], at: number): readonly Choice[] {
  const column = columnOf(rows[at]);
  let top = at;
  while (columnOf(rows[top - 1]) === column) top -= 1;
  let bottom = at;
  while (columnOf(rows[bottom + 1]) === column) bottom += 1;
  return Array.from({ length: bottom - top + 1 }, (_, offset) => choiceAt(rows, top + offset));
}

function choiceAt(rows: readonly string[], row: number): Choice {
  return { row, text: (rows[row] ?? '').replace(/^[\s✔]*(?:\d+\. +)?/, '').trimEnd() };
}

function numberOf(row = ''): number | undefined {
  const number = /^\s*(?<number>\d{1,2})\. +\S/.exec(row)?.groups?.['number'];
  return number === undefined ? undefined : Number(number);
}

function columnOf(row = ''): number {
  return row.search(/[^\s✔]/);
}

/** Where each text begins in a row that holds all of them, in their order. */
function columnsOf(row: string, texts: readonly string[]): readonly number[] | undefined {
  const columns: number[] = [];
  let from = 0;
  for (const text of texts) {
    const column = row.indexOf(text, from);
    if (column < 0) return undefined;
    columns.push(column);
    from = column + text.length;
  }
  return columns;
}

/**
 * Only the moves while another choice is selected: Enter follows when the screen shows that the
 * pointer has arrived. A blind Enter would take whatever this version selects by default.
 *
 * `pages` is for lists whose page keys stop at the ends. Arrows mostly go round, so that one
 * pressed twice, because a slow program had not drawn the first, would be back where it was.
 */
// oxlint-disable-next-line max-params -- how, from where, to where, of how many
function keysOfList(
  how: ListRule['keys'],
  selected: number,
  wanted: number,
  last: number,
): readonly KeyName[] {
  const number = String(wanted + 1);
  if (how === 'numbers') return isKeyName(number) ? [number] : [];
  if (selected === wanted) return ['Enter'];
  if (how === 'pages' && wanted === 0) return ['PageUp'];
  if (how === 'pages' && wanted === last) return ['PageDown'];
  const key = wanted > selected ? 'Down' : 'Up';
  return Array.from({ length: Math.abs(wanted - selected) }, () => key);
}

function keysOfRow(selected: number, wanted: number): readonly KeyName[] {
  if (selected < 0) return [];
  if (selected === wanted) return ['Enter'];
  const key = wanted > selected ? 'Right' : 'Left';
  return Array.from({ length: Math.abs(wanted - selected) }, () => key);
}
