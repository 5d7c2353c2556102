export interface DiffLine {
  readonly kind: 'hunk' | 'same' | 'added' | 'removed' | 'note';
  readonly text: string;
  /** Its number in the file before and after; undefined where it is not in it. */
  readonly before: number | undefined;
  readonly after: number | undefined;
}

export interface ParsedDiff {
  readonly lines: readonly DiffLine[];
  readonly added: number;
  readonly removed: number;
  /** There were more lines than asked for. */
  readonly isCut: boolean;
}

/** Read the unified diff of one file, as `diff -u` and git write it; at most `most` lines of it. */
export function parseDiff(diff: string, most: number): ParsedDiff {
  const lines: DiffLine[] = [];
  let before = 0;
  let after = 0;
  let isInHunk = false;
  let isCut = false;
  for (const text of diff.replace(/\n$/, '').split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (hunk === null && !isInHunk) continue;
    if (lines.length === most) {
      isCut = true;
      break;
    }
    if (hunk !== null) {
      isInHunk = true;
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      lines.push({ kind: 'hunk', text, before: undefined, after: undefined });
      continue;
    }
    const rest = text.slice(1);
    if (text.startsWith('+')) {
      lines.push({ kind: 'added', text: rest, before: undefined, after });
      after += 1;
    } else if (text.startsWith('-')) {
      lines.push({ kind: 'removed', text: rest, before, after: undefined });
      before += 1;
    } else if (text.startsWith('\\')) {
      lines.push({ kind: 'note', text: rest.trim(), before: undefined, after: undefined });
    } else {
      lines.push({ kind: 'same', text: rest, before, after });
      before += 1;
      after += 1;
    }
  }
  const count = (kind: DiffLine['kind']): number =>
    lines.filter((line) => line.kind === kind).length;
  return { lines, added: count('added'), removed: count('removed'), isCut };
}
