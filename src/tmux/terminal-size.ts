import { BadArgumentError } from './errors.ts';

/** Cells of a terminal. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The size of a server's windows when none is given. */
export const defaultSize: TerminalSize = { columns: 200, rows: 50 };

/** Cells or a percentage, as tmux takes them. */
export function checkedCells(size: number | string): string {
  const text = String(size);
  if (/^(0*[1-9]\d{0,4}|\d{1,3}%)$/.test(text)) return text;
  throw new BadArgumentError('not a number of cells or a percentage', size);
}

/** @throws {BadArgumentError} not a size that tmux takes (1 to 10,000 cells each way). */
export function checkedSize({ columns, rows }: TerminalSize): TerminalSize {
  for (const cells of [columns, rows]) {
    if (!Number.isInteger(cells) || cells < 1 || cells > 10_000) {
      throw new BadArgumentError('not a terminal size (1 to 10000 cells)', { columns, rows });
    }
  }
  return { columns, rows };
}
