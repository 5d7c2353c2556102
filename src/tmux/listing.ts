import { randomBytes } from 'node:crypto';
import type { Command } from './connection.ts';
import type { TmuxLink } from './link.ts';

/**
 * Read many values of many things by one `list-...` command. Names, titles and paths may hold any
 * separator, line ends too, so one that nobody could have guessed stands behind each value.
 */
export async function readListing<Field extends string>(
  link: TmuxLink,
  command: Command,
  fields: readonly Field[],
  signal: AbortSignal,
): Promise<readonly ReadonlyMap<Field, string>[]> {
  const separator = `<${randomBytes(8).toString('hex')}>`;
  const format = fields.map((field) => `#{${field}}${separator}`).join('');
  const [lines = []] = await link.sequence([[...command, '-F', format]], signal);
  return parseListing(fields, lines, separator);
}

/** The rows of such a reply; a value with line ends makes a row of several lines. */
export function parseListing<Field extends string>(
  fields: readonly Field[],
  lines: readonly string[],
  separator: string,
): readonly ReadonlyMap<Field, string>[] {
  const values = lines
    .map((line) => `${line}\n`)
    .join('')
    .split(separator);
  const end = values.pop();
  const isWhole = values.length % fields.length === 0 && (end === '\n' || lines.length === 0);
  if (!isWhole) throw new Error(`tmux listing: ${values.length} values of ${fields.length} fields`);
  return Array.from({ length: values.length / fields.length }, (_, row) => {
    const own = values.slice(row * fields.length, (row + 1) * fields.length);
    // The line end of the row before stands in front of the first value.
    const [first = ''] = own;
    if (row > 0) own[0] = first.slice(1);
    return new Map(fields.map((field, at) => [field, own[at] ?? '']));
  });
}
