export type ByteRange =
  | { readonly kind: 'whole' }
  /** Both are included. */
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'outside' };

/**
 * Read a Range header for a file of `bytes` bytes (RFC 9110, 14.2). Several ranges at once, other
 * units and what cannot be read are answered with the whole file, as the RFC allows.
 */
export function readRange(header: string | undefined, bytes: number): ByteRange {
  const { from = '', to = '' } = /^bytes=(?<from>\d*)-(?<to>\d*)$/.exec(header ?? '')?.groups ?? {};
  if (from === '' && to === '') return { kind: 'whole' };
  if (from === '') {
    const length = Math.min(Number(to), bytes);
    return length === 0 ? { kind: 'outside' } : part(bytes - length, bytes - 1);
  }
  const first = Number(from);
  const last = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (to !== '' && Number(to) < first) return { kind: 'whole' };
  return first >= bytes ? { kind: 'outside' } : part(first, last);
}

function part(first: number, last: number): ByteRange {
  return { kind: 'part', first, last };
}
