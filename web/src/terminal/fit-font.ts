interface Box {
  readonly width: number;
  readonly height: number;
}

interface Grid {
  readonly columns: number;
  readonly rows: number;
}

export const SMALLEST_FONT = 6;
export const LARGEST_FONT = 16;
/** Not smaller where somebody wants to read more than to see all. */
export const READABLE_FONT = 12;

/**
 * The largest size of font, in whole pixels, in which the whole screen fits. The server owns the
 * size of the screen, so the viewer changes its font. `cell` is that of a font of one pixel.
 */
export function fitFont(
  { width, height }: Box,
  { columns, rows }: Grid,
  cell: Box,
  smallest = SMALLEST_FONT,
): number {
  const size = Math.floor(Math.min(width / (columns * cell.width), height / (rows * cell.height)));
  return Math.min(LARGEST_FONT, Math.max(smallest, size));
}
