import { fitText, oneLine, textWidth } from './text-width.ts';

export interface Column<T> {
  readonly title: string;
  readonly text: (row: T) => string;
  /** Colours a padded cell; left out for plain ones. */
  readonly style?: (cell: string, row: T) => string;
  readonly align?: 'left' | 'right';
}

const GAP = '  ';

/**
 * Lay rows out as an aligned table with a line of titles, one string a line. The last column is
 * cut at `width` columns; `Infinity` cuts nothing.
 */
export function layOutTable<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  width: number,
): readonly string[] {
  const cells = rows.map((row) => columns.map(({ text }) => oneLine(text(row))));
  const widths = columns.map(({ title }, index) =>
    cells.reduce((most, line) => Math.max(most, textWidth(line[index] ?? '')), title.length),
  );
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + GAP.length, 0);
  const last = columns.length - 1;
  const pad = (text: string, index: number): string => {
    if (index === last) return fitText(text, Math.max(10, width - before));
    const space = ' '.repeat((widths[index] ?? 0) - textWidth(text));
    return columns[index]?.align === 'right' ? `${space}${text}` : `${text}${space}`;
  };
  const head = columns.map(({ title }, index) => pad(title, index)).join(GAP);
  const body = rows.map((row, line) =>
    columns
      .map(({ style }, index) => {
        const cell = pad(cells[line]?.[index] ?? '', index);
        return style === undefined ? cell : style(cell, row);
      })
      .join(GAP)
      .trimEnd(),
  );
  return [head.trimEnd(), ...body];
}

/** Lay facts out as `name  value` lines; what is undefined is left out. */
export function layOutFacts(
  facts: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const shown = Object.entries(facts).filter(([, value]) => value !== undefined);
  const width = shown.reduce((most, [name]) => Math.max(most, name.length), 0);
  return shown.map(([name, value]) => `${name.padEnd(width)}${GAP}${oneLine(value ?? '')}`);
}
