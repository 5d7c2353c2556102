import { type FileHandle, open } from 'node:fs/promises';
import type { AuditFile } from './audit-files.ts';

const CHUNK_BYTES = 64 * 1_024;
/** Nothing that we wrote is longer; what somebody put there is given up at this length. */
const LONGEST_LINE = 256 * 1_024;

/**
 * Read the whole lines of a file from its end, in pieces: memory stays bounded however large it is.
 * An unfinished last line is left out.
 */
export async function* readBack(
  { path, bytes }: Pick<AuditFile, 'path' | 'bytes'>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  await using file = await open(path, 'r');
  /** Begins somewhere in a line, and ends where the lines given so far began. */
  let rest: Buffer = Buffer.alloc(0);
  let hasEnd = false;
  for (let position = bytes; position > 0;) {
    signal.throwIfAborted();
    const start = Math.max(0, position - CHUNK_BYTES);
    rest = Buffer.concat([await readPart(file, start, position - start), rest]);
    position = start;
    for (let end = rest.lastIndexOf('\n'); end !== -1; end = rest.lastIndexOf('\n')) {
      if (hasEnd) yield rest.toString('utf8', end + 1);
      hasEnd = true;
      rest = rest.subarray(0, end);
    }
    if (!hasEnd || rest.length > LONGEST_LINE) rest = Buffer.alloc(0);
  }
  if (hasEnd) yield rest.toString('utf8');
}

async function readPart(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, start);
  return buffer.subarray(0, bytesRead);
}
