/**
 * Read many values of many things without a separator that one of them could hold: every value
 * is written as `LENGTH:BYTES`, so names, titles and paths may hold anything, line ends too.
 */
export function listingFormat(fields: readonly string[]): string {
  return fields.map((field) => `#{n:${field}}:#{${field}}`).join('');
}

/** The rows of a reply to a command with `-F listingFormat(fields)`. */
export function parseListing<Field extends string>(
  fields: readonly Field[],
  lines: readonly Buffer[],
): readonly ReadonlyMap<Field, string>[] {
  const bytes = Buffer.concat(lines.flatMap((line) => [line, LINE_END]));
  const rows: Map<Field, string>[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    const row = new Map<Field, string>();
    for (const field of fields) {
      const colon = bytes.indexOf(':', at);
      const length = colon === -1 ? NaN : Number(bytes.toString('latin1', at, colon));
      if (!Number.isInteger(length))
        throw new Error(`tmux listing: no length of ${field} at ${at}`);
      at = colon + 1 + length;
      row.set(field, bytes.toString('utf8', colon + 1, at));
    }
    if (bytes[at] !== LINE_END[0]) throw new Error(`tmux listing: a row does not end at ${at}`);
    rows.push(row);
  }
  return rows;
}

const LINE_END = Buffer.from('\n');
