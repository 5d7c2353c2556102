import { constants } from 'node:fs';
import { lstat, open, opendir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, syncDirectory, systemCode } from '../base/index.ts';
import { SessionWriteError } from './errors.ts';
import { insideSession } from './inside-session.ts';
import { fileNotFound, type SessionFile } from './session-files.ts';
import type { Session } from './session.ts';

export const LARGEST_UPLOAD_BYTES = 64 * 1_024 * 1_024;
/** Most file systems take no longer name. */
const LONGEST_NAME_BYTES = 200;

export interface Upload {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Names the file while it is not complete. */
  readonly nonce: string;
  /** Wall time in ms. */
  readonly now: number;
}

/** Beginning of the names of files that are not complete. */
const PART = '.upload-';
/** Nothing was added to it for so long: whoever wrote it was killed. */
const ABANDONED_MS = 3_600_000;

/**
 * Keep a file in the `uploads/` of a session, whole and durable or not at all; one of that name is
 * replaced.
 *
 * @throws {CodedError} `file.bad-name`, `file.too-large`; {SessionWriteError};
 * {PathOutsideSessionError} somebody made `uploads/` a link that leads away.
 */
export async function saveUpload(
  session: Pick<Session, 'dir'>,
  { name, chunks, nonce, now }: Upload,
  signal: AbortSignal,
): Promise<SessionFile> {
  checkFileName(name);
  const dir = await insideSession(session, 'uploads');
  const path = join(dir, name);
  const part = join(dir, `${PART}${nonce}`);
  await removeAbandoned(dir, now);
  try {
    const bytes = await write(part, chunks, signal);
    if (await isDirectory(path)) throw badName(name, 'is that of a directory');
    await rename(part, path);
    await syncDirectory(dir);
    const { mtimeMs } = await lstat(path);
    const modifiedAt = Math.floor(mtimeMs);
    return { path: `uploads/${name}`, bytes, modifiedAt, isDirectory: false };
  } catch (error) {
    await rm(part, { force: true });
    // Whoever sent it went away, which its stream tells by a system code too.
    signal.throwIfAborted();
    const code = systemCode(error);
    throw code === undefined ? error : new SessionWriteError(path, code, { cause: error });
  }
}

/** @throws {CodedError} `file.bad-name`, `file.not-found` */
export async function removeUpload(session: Pick<Session, 'dir'>, name: string): Promise<void> {
  checkFileName(name);
  const dir = await insideSession(session, 'uploads');
  const path = join(dir, name);
  if (await isDirectory(path)) throw badName(name, 'is that of a directory');
  try {
    await rm(path);
    await syncDirectory(dir);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') throw fileNotFound(`uploads/${name}`);
    throw code === undefined ? error : new SessionWriteError(path, code, { cause: error });
  }
}

/** @throws {CodedError} `file.bad-name` */
export function checkFileName(name: string): void {
  const problem = problemOf(name);
  if (problem !== undefined) throw badName(name, problem);
}

function problemOf(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (Buffer.byteLength(name) > LONGEST_NAME_BYTES)
    return `has more than ${LONGEST_NAME_BYTES} bytes`;
  if (name.startsWith('.')) return 'begins with a dot';
  if (/[/\\]/.test(name)) return 'holds a slash';
  if (!name.isWellFormed()) return 'is no text';
  // Controls, and what turns the direction of writing: the name would not be what one reads.
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name)) return 'holds a character that cannot be seen';
  return undefined;
}

async function write(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<number> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  await using file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  let bytes = 0;
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    bytes += chunk.length;
    if (bytes > LARGEST_UPLOAD_BYTES) throw tooLarge();
    await file.writeFile(chunk);
  }
  await file.sync();
  return bytes;
}

/** Remove what servers that were killed left of uploads; who looks here is not shown it. */
async function removeAbandoned(dir: string, now: number): Promise<void> {
  for await (const { name } of await opendir(dir)) {
    if (!name.startsWith(PART)) continue;
    const path = join(dir, name);
    try {
      if ((await lstat(path)).mtimeMs < now - ABANDONED_MS) await rm(path);
    } catch (error) {
      // Another upload that began now removed it too, or was done with it.
      if (systemCode(error) === undefined) throw error;
    }
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function badName(name: string, problem: string): CodedError {
  return new CodedError('file.bad-name', `The file name ${JSON.stringify(name)} ${problem}.`, {
    facts: { name },
    todo: `Choose a name of 1 to ${LONGEST_NAME_BYTES} bytes without slashes and a dot in front`,
  });
}

function tooLarge(): CodedError {
  return new CodedError('file.too-large', `A file has more than ${LARGEST_UPLOAD_BYTES} bytes.`, {
    facts: { limit: LARGEST_UPLOAD_BYTES },
    todo: 'Copy it into the uploads/ of the session on the machine itself',
  });
}
