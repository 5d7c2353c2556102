import { createHash } from 'node:crypto';

export interface AuditUser {
  readonly id: string;
  /** As it was then. */
  readonly name: string;
}

/** What is to be written down, before it is done. */
export interface NewEntry {
  /** `login.succeeded`, `job.cancel`, ... */
  readonly action: string;
  /** Null for the command line, and for whoever is not logged in. */
  readonly user: AuditUser | null;
  /** Null for the command line. */
  readonly address: string | null;
  /** What it is done to: an id. */
  readonly subject: string | null;
  /** Facts without secrets; longer texts are cut. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface AuditEntry extends NewEntry {
  /** 1, 2, 3, ... over all files, without gaps. */
  readonly sequence: number;
  /** RFC 3339 in UTC. */
  readonly at: string;
  /** `hash` of the entry before; 64 zeros for the first. */
  readonly prev: string;
  /** SHA-256 over all the rest as canonical JSON. */
  readonly hash: string;
}

/** The end of a chain, as the next entry builds on it. */
export interface ChainEnd {
  readonly sequence: number;
  readonly hash: string;
}

export const beforeFirst: ChainEnd = { sequence: 0, hash: '0'.repeat(64) };

/** Make the entry that follows `end`. */
export function linkEntry(entry: NewEntry, at: string, end: ChainEnd): AuditEntry {
  const { action, user, address, subject, data } = entry;
  const sequence = end.sequence + 1;
  const body = { sequence, at, action, user, address, subject, data, prev: end.hash };
  return { ...body, hash: hashOf(body) };
}

/** Write an entry as the one line that stands for it, without its end. */
export function toLine(entry: AuditEntry): string {
  return canonical(entry);
}

/** Read a line; undefined when it is not an entry exactly as `toLine` writes it. */
export function parseLine(line: string): AuditEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  // The text is compared, not the value: no blank and no second key of one name gets by.
  return isEntry(value) && toLine(value) === line ? value : undefined;
}

/** Whether an entry says of itself what is in it. */
export function isIntact({ hash, ...body }: AuditEntry): boolean {
  return hashOf(body) === hash;
}

function hashOf(body: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256').update(canonical(body)).digest('hex');
}

/** JSON with the keys of every object in order, so that one value has one text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isRecord(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function isEntry(value: unknown): value is AuditEntry {
  if (!isRecord(value)) return false;
  const { sequence, at, action, user, address, subject, data, prev, hash } = value;
  return (
    Number.isSafeInteger(sequence) &&
    [at, action, prev, hash].every((one) => typeof one === 'string') &&
    [address, subject].every((one) => one === null || typeof one === 'string') &&
    (user === null ||
      (isRecord(user) && typeof user['id'] === 'string' && typeof user['name'] === 'string')) &&
    isRecord(data)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
