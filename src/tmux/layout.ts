import { BadArgumentError } from './errors.ts';

/** tmux's own arrangements. */
export const layoutNames = [
  'even-horizontal',
  'even-vertical',
  'main-horizontal',
  'main-vertical',
  'tiled',
] as const;
export type LayoutName = (typeof layoutNames)[number];

/**
 * Accept one of the five names, or a layout string such as `#{window_layout}` gives.
 * tmux 3.3a dies of some names it does not know, so nothing unchecked reaches it.
 *
 * @throws {BadArgumentError} neither a name nor a string whose checksum and structure hold.
 */
export function checkedLayout(layout: string): string {
  if (layoutNames.some((name) => name === layout)) return layout;
  const match = /^([0-9a-f]{4}),(.+)$/.exec(layout);
  const [, sum = '', cells = ''] = match ?? [];
  if (match !== null && sum === layoutChecksum(cells) && isWellFormed(cells)) return layout;
  throw new BadArgumentError('not a tmux layout', layout, {
    todo: `Use ${layoutNames.join(', ')}, or a layout read from a window`,
  });
}

/** The four hexadecimal digits that begin a layout string. */
export function layoutChecksum(cells: string): string {
  let sum = 0;
  for (const byte of Buffer.from(cells)) {
    sum = ((sum >> 1) + ((sum & 1) << 15) + byte) & 0xffff;
  }
  return sum.toString(16).padStart(4, '0');
}

/** A cell is `WxH,X,Y` and then `,PANE`, `{cell,cell...}` (side by side) or `[cell,cell...]`. */
function isWellFormed(cells: string): boolean {
  const end = cellEnd(cells, 0, 0);
  return end === cells.length;
}

/** Where the cell that begins at `start` ends, or -1 when it is none. */
function cellEnd(cells: string, start: number, depth: number): number {
  if (depth > 100) return -1;
  const size = /^\d{1,5}x\d{1,5},\d{1,5},\d{1,5}/.exec(cells.slice(start, start + 30));
  if (size === null) return -1;
  const at = start + size[0].length;
  const pane = /^,\d{1,10}(?!\d|x)/.exec(cells.slice(at, at + 14));
  if (pane !== null) return at + pane[0].length;
  const close = new Map([
    ['{', '}'],
    ['[', ']'],
  ]).get(cells.charAt(at));
  return close === undefined ? -1 : splitEnd(cells, at + 1, { close, depth });
}

function splitEnd(
  cells: string,
  start: number,
  { close, depth }: { readonly close: string; readonly depth: number },
): number {
  let at = start;
  for (let count = 1; ; count += 1) {
    at = cellEnd(cells, at, depth + 1);
    if (at < 0) return -1;
    const next = cells.charAt(at);
    at += 1;
    if (next === close) return count > 1 ? at : -1;
    if (next !== ',') return -1;
  }
}
