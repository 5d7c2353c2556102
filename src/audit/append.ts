import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Log, syncDirectory } from '../base/index.ts';
import { fileName, listFiles, readHead, readTail, writeHead } from './audit-files.ts';
import {
  type AuditEntry,
  beforeFirst,
  type ChainEnd,
  linkEntry,
  type NewEntry,
  parseLine,
  toLine,
} from './entry.ts';

/** Where the next line goes, and what it builds on. */
interface End {
  readonly chain: ChainEnd;
  /** Name of the last file; undefined when there is none. */
  readonly file: string | undefined;
  readonly bytes: number;
  /** Bytes of a line that a dead process left unfinished; they are cut off. */
  readonly tornBytes: number;
}

export interface AppendOptions {
  readonly dir: string;
  /** A file that has so many bytes is followed by a new one. */
  readonly fileBytes: number;
  readonly log: Log;
  readonly now: () => string;
}

/**
 * Append entries, durably: each is on disk when this returns, and then the note of the chain's end.
 * Call it with the lock held.
 *
 * The end is looked up anew each time, for another process may have appended. Where the note says
 * that more was written than is there, the chain goes on after the note: the gap stays for
 * `verify` to find. A torn last line is cut off, and an entry `audit.repaired` says so.
 */
export async function appendEntries(
  { dir, fileBytes, log, now }: AppendOptions,
  entries: readonly NewEntry[],
): Promise<readonly AuditEntry[]> {
  const end = await findEnd(dir);
  const repair = end.tornBytes === 0 ? [] : [repaired(end)];
  if (end.tornBytes > 0) log.warn('unfinished line of the audit log cut off', { ...end });
  let chain = end.chain;
  const at = now();
  const linked = [...repair, ...entries].map((entry) => {
    const made = linkEntry(entry, at, chain);
    chain = made;
    return made;
  });
  const isNew = end.file === undefined || end.bytes >= fileBytes;
  const name = isNew || end.file === undefined ? fileName(end.chain.sequence + 1) : end.file;
  await using file = await open(join(dir, name), isNew ? 'wx' : 'r+', 0o600);
  if (!isNew) await file.truncate(end.bytes);
  const text = linked.map((entry) => `${toLine(entry)}\n`).join('');
  await writeAll(file, Buffer.from(text), isNew ? 0 : end.bytes);
  await file.sync();
  if (isNew) await syncDirectory(dir);
  await writeHead(dir, chain);
  return linked.slice(repair.length);
}

async function writeAll(
  file: { write(b: Buffer, o: number, l: number, p: number): Promise<{ bytesWritten: number }> },
  bytes: Buffer,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function findEnd(dir: string): Promise<End> {
  const noted = (await readHead(dir)) ?? beforeFirst;
  const last = (await listFiles(dir)).at(-1);
  if (last === undefined) return { chain: noted, file: undefined, bytes: 0, tornBytes: 0 };
  const tail = await readTail(last);
  if (tail === undefined) return { chain: noted, file: undefined, bytes: 0, tornBytes: 0 };
  const { line, wholeBytes } = tail;
  const entry = line === undefined ? undefined : parseLine(line);
  const chain = entry !== undefined && entry.sequence >= noted.sequence ? entry : noted;
  return {
    chain: { sequence: chain.sequence, hash: chain.hash },
    file: last.name,
    bytes: wholeBytes,
    tornBytes: last.bytes - wholeBytes,
  };
}

function repaired({ file, tornBytes }: End): NewEntry {
  return {
    action: 'audit.repaired',
    user: null,
    address: null,
    subject: null,
    data: { file, cut_bytes: tornBytes },
  };
}
