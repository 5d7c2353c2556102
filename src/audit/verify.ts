import { createReadStream } from 'node:fs';
import { type AuditFile, listFiles, readHead } from './audit-files.ts';
import { beforeFirst, type ChainEnd, isIntact, parseLine } from './entry.ts';

export interface AuditCheck {
  readonly isWhole: boolean;
  /** Entries that are as they were written, from the first on. */
  readonly entries: number;
  /** Sequence of the first entry that is not; undefined when all are. */
  readonly brokenAt: number | undefined;
  readonly detail: string;
}

/** What the log was at one moment. */
export interface AuditMoment {
  readonly files: readonly AuditFile[];
  readonly head: ChainEnd | undefined;
}

const LONGEST_LINE = 256 * 1_024;

/** Call it with the lock held: what is appended afterwards is not looked at. */
export async function readMoment(dir: string): Promise<AuditMoment> {
  return { files: await listFiles(dir), head: await readHead(dir) };
}

/** Read every entry and say the first one that was changed, removed, put in, moved or cut off. */
export async function verifyEntries(
  { files, head }: AuditMoment,
  signal: AbortSignal,
): Promise<AuditCheck> {
  let end = beforeFirst;
  let wasHead = head?.sequence === 0;
  let tornBytes = 0;
  const broken = (detail: string): AuditCheck => {
    const { sequence } = end;
    return { isWhole: false, entries: sequence, brokenAt: sequence + 1, detail };
  };
  for (const [index, file] of files.entries()) {
    for await (const { line, isEnded } of readLines(file, signal)) {
      if (!isEnded) {
        tornBytes = Buffer.byteLength(line);
        if (index < files.length - 1) return broken(`${file.name} ends within a line`);
        break;
      }
      const problem = problemOf(line, end);
      if (problem !== undefined) return broken(`${problem} (${file.name})`);
      const { sequence, hash } = parseLine(line) ?? end;
      end = { sequence, hash };
      wasHead ||= head?.sequence === sequence && head.hash === hash;
    }
  }
  if (head !== undefined && !wasHead) {
    return head.sequence > end.sequence
      ? broken(`the log ends here, though ${head.sequence} entries were written`)
      : broken('head.json names an entry that is not in the chain');
  }
  if (head === undefined && end.sequence > 0)
    return broken('head.json, which says where the log ends, is missing');
  const torn =
    tornBytes === 0 ? '' : `; ${tornBytes} bytes of a line that was never finished follow`;
  const detail = `${end.sequence} entries are as they were written${torn}`;
  return { isWhole: true, entries: end.sequence, brokenAt: undefined, detail };
}

function problemOf(line: string, end: ChainEnd): string | undefined {
  const entry = parseLine(line);
  if (entry === undefined) return 'a line that is no entry';
  if (entry.sequence !== end.sequence + 1) {
    return `entry ${entry.sequence} stands where ${end.sequence + 1} belongs`;
  }
  if (entry.prev !== end.hash) return 'it does not follow the entry before it';
  return isIntact(entry) ? undefined : 'it was changed after it was written';
}

interface Line {
  readonly line: string;
  readonly isEnded: boolean;
}

/** Lines in order; one that is too long to be ours comes in pieces. */
async function* readLines(file: AuditFile, signal: AbortSignal): AsyncGenerator<Line> {
  if (file.bytes === 0) return;
  let rest: Buffer = Buffer.alloc(0);
  const stream = createReadStream(file.path, { end: file.bytes - 1 });
  for await (const chunk of stream) {
    signal.throwIfAborted();
    rest = Buffer.concat([rest, Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))]);
    let begin = 0;
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n', begin)) {
      yield { line: rest.toString('utf8', begin, end), isEnded: true };
      begin = end + 1;
    }
    rest = rest.subarray(begin);
    if (rest.length > LONGEST_LINE) {
      yield { line: '', isEnded: true };
      return;
    }
  }
  if (rest.length > 0) yield { line: rest.toString('utf8'), isEnded: false };
}
