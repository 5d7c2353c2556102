/** One line of `stream.times`; agents/record-stream.pl says what they mean. */
export type StreamNote = {
  /** Wall time in ms. */
  readonly at: number;
  /** Absolute: counts all bytes that were ever recorded, those dropped since included. */
  readonly offset: number;
} &
  /** `inode` is that of the log when it was made. */
  (
    | { readonly kind: 'begin'; readonly inode: number }
    | { readonly kind: 'reached' }
    | { readonly kind: 'start' }
    | { readonly kind: 'size'; readonly columns: number; readonly rows: number }
    | { readonly kind: 'lost'; readonly bytes: number }
  );

/** Read one line; undefined for one that is torn, or of a kind that a later version may write. */
export function parseNote(line: string): StreamNote | undefined {
  const [at, offset, word, value = '', more] = line.split(' ');
  const place = { at: number(at), offset: number(offset) };
  if (Number.isNaN(place.at + place.offset)) return undefined;
  switch (word) {
    case undefined:
      return { ...place, kind: 'reached' };
    case 'begin':
      return { ...place, kind: 'begin', inode: number(more) };
    case 'start':
      return { ...place, kind: 'start' };
    case 'size': {
      const [columns, rows] = value.split('x').map(number);
      return columns && rows ? { ...place, kind: 'size', columns, rows } : undefined;
    }
    case 'lost':
      return number(value) > 0 ? { ...place, kind: 'lost', bytes: number(value) } : undefined;
    default:
      return undefined;
  }
}

function number(text: string | undefined): number {
  return /^\d{1,15}$/.test(text ?? '') ? Number(text) : Number.NaN;
}
