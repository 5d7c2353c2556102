import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, writeFileAtomic } from '../base/index.ts';
import type { ChainEnd } from './entry.ts';

/** One file of the log. */
export interface AuditFile {
  readonly path: string;
  readonly name: string;
  /** Sequence of its first entry. */
  readonly first: number;
  readonly bytes: number;
}

const names = /^audit-(?<first>\d{12})\.jsonl$/;
const HEAD = 'head.json';
/** Longer than any line that we write. */
const TAIL_BYTES = 128 * 1_024;

export function fileName(first: number): string {
  return `audit-${String(first).padStart(12, '0')}.jsonl`;
}

/** The files of the log, oldest first. */
export async function listFiles(dir: string): Promise<readonly AuditFile[]> {
  const found = (await readdir(dir)).flatMap((name) => {
    const first = names.exec(name)?.groups?.['first'];
    return first === undefined ? [] : [{ name, first: Number(first), path: join(dir, name) }];
  });
  const files = await Promise.all(
    found.map(async (file) => ({ ...file, bytes: (await stat(file.path)).size })),
  );
  return files.toSorted((a, b) => a.first - b.first);
}

/** The end of the chain as it was noted beside it; undefined when there is no such note. */
export async function readHead(dir: string): Promise<ChainEnd | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(dir, HEAD), 'utf8'));
    return isChainEnd(value) ? { sequence: value.sequence, hash: value.hash } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Note the end of the chain, so that entries that vanish from it are missed. */
export async function writeHead(dir: string, { sequence, hash }: ChainEnd): Promise<void> {
  const text = `${JSON.stringify({ sequence, hash })}\n`;
  await writeFileAtomic(join(dir, HEAD), text, { durable: true, mode: 0o600 });
}

export interface Tail {
  /** The last whole line; undefined when there is none. */
  readonly line: string | undefined;
  /** Bytes up to the end of that line. */
  readonly wholeBytes: number;
}

/**
 * Read the last whole line of a file; what a dead process left unfinished is behind it. Undefined
 * when no line ends within reach: somebody else wrote that, and nothing is to follow it.
 */
export async function readTail({
  path,
  bytes,
}: Pick<AuditFile, 'path' | 'bytes'>): Promise<Tail | undefined> {
  await using file = await open(path, 'r');
  const start = Math.max(0, bytes - TAIL_BYTES);
  const buffer = Buffer.alloc(bytes - start);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
  const part = buffer.subarray(0, bytesRead);
  const end = part.lastIndexOf('\n');
  if (end === -1) return start === 0 ? { line: undefined, wholeBytes: 0 } : undefined;
  const begin = end === 0 ? 0 : part.lastIndexOf('\n', end - 1) + 1;
  return { line: part.toString('utf8', begin, end), wholeBytes: start + end + 1 };
}

function isChainEnd(value: unknown): value is ChainEnd {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'sequence' in value &&
    Number.isSafeInteger(value.sequence) &&
    'hash' in value &&
    typeof value.hash === 'string'
  );
}
