import { CodedError } from '../base/index.ts';
import { listFiles } from './audit-files.ts';
import { type AuditEntry, parseLine } from './entry.ts';
import { readBack } from './read-back.ts';

export interface AuditQuery {
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  /** Largest number of entries, at most 1,000. */
  readonly limit: number;
  /** Only this action, or with a dot at its end those that begin so: `login.`. */
  readonly action?: string | undefined;
  readonly userId?: string | undefined;
  readonly subject?: string | undefined;
}

export interface AuditPage {
  readonly items: readonly AuditEntry[];
  /** Undefined on the last page. */
  readonly next: string | undefined;
}

const LONGEST_PAGE = 1_000;

/**
 * List entries, newest first. Lines that are no entries are left out here; `verify` tells of them.
 *
 * @throws {CodedError} `list.bad-cursor`.
 */
export async function listEntries(
  dir: string,
  query: AuditQuery,
  signal: AbortSignal,
): Promise<AuditPage> {
  const limit = Math.min(Math.max(query.limit, 1), LONGEST_PAGE);
  const before = parseCursor(query.cursor);
  const items: AuditEntry[] = [];
  const files = (await listFiles(dir)).filter(({ first }) => first < before);
  for (const file of files.toReversed()) {
    for await (const line of readBack(file, signal)) {
      const entry = parseLine(line);
      if (entry === undefined || entry.sequence >= before || !isWanted(entry, query)) continue;
      if (items.length === limit) return { items, next: String(items.at(-1)?.sequence) };
      items.push(entry);
    }
  }
  return { items, next: undefined };
}

function isWanted(entry: AuditEntry, { action, userId, subject }: AuditQuery): boolean {
  const isAction =
    action === undefined ||
    (action.endsWith('.') ? entry.action.startsWith(action) : entry.action === action);
  return (
    isAction &&
    (userId === undefined || entry.user?.id === userId) &&
    (subject === undefined || entry.subject === subject)
  );
}

function parseCursor(cursor: string | undefined): number {
  if (cursor === undefined) return Infinity;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new CodedError('list.bad-cursor', `"${cursor}" is not where a page ended.`, {
    facts: { cursor },
    todo: 'Use the value of "next" from the page before, unchanged, or leave it out',
  });
}
