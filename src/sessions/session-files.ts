import { constants, type Dirent } from 'node:fs';
import { type FileHandle, lstat, open, opendir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { CodedError, systemCode } from '../base/index.ts';
import { PathOutsideSessionError } from './errors.ts';
import { insideSession } from './inside-session.ts';
import type { Session } from './session.ts';

/** One entry of a directory of a session. */
export interface SessionFile {
  /** Relative to the session's directory. */
  readonly path: string;
  readonly bytes: number;
  /** Wall time in ms. */
  readonly modifiedAt: number;
  readonly isDirectory: boolean;
}

export interface FileList {
  /** Directories first, then by name. */
  readonly files: readonly SessionFile[];
  /** There are more than are listed. */
  readonly isCut: boolean;
}

export interface OpenedFile {
  readonly name: string;
  readonly bytes: number;
  readonly modifiedAt: number;
  /** At most `bytes`; opens the file when it is read, and ends with an error if it was replaced. */
  readonly stream: AsyncIterable<Uint8Array>;
}

/** The rest (`state`, `jobs`, our own files) holds agents' settings and what hooks talk through. */
export const openFolders = ['uploads', 'output', 'prompts', 'source', 'logs'] as const;

const MOST_ENTRIES = 5_000;

type Place = Pick<Session, 'dir'>;

/**
 * List a directory of a session; `''` lists its folders. Links are followed where they lead to
 * another open place of the session, and left out elsewhere.
 *
 * @throws {PathOutsideSessionError} {CodedError} `file.not-found`
 */
export async function listFiles(session: Place, path: string): Promise<FileList> {
  const dir = await insideSession(session, path);
  if (dir === (await insideSession(session, ''))) return await listFolders(session);
  await checkOpen(session, dir, path);
  const { entries, isCut } = await readEntries(dir, path);
  const files: SessionFile[] = [];
  for (const entry of entries) {
    const found = await lookAt(session, join(dir, entry.name), entry.isSymbolicLink());
    if (found !== undefined) files.push(found);
  }
  return { files: files.toSorted(inOrder), isCut };
}

/**
 * Open a file of a session.
 *
 * @throws {PathOutsideSessionError} {CodedError} `file.not-found`, also for what is no file.
 */
export async function openFile(session: Place, path: string): Promise<OpenedFile> {
  await using opened = await openChecked(session, path);
  const { name, bytes, modifiedAt } = opened;
  return { name, bytes, modifiedAt, stream: read(session, path, opened) };
}

interface CheckedFile extends AsyncDisposable {
  readonly file: FileHandle;
  readonly name: string;
  readonly bytes: number;
  readonly modifiedAt: number;
  /** Names the file itself, whatever its path leads to later. */
  readonly identity: string;
}

async function openChecked(session: Place, path: string): Promise<CheckedFile> {
  const real = await insideSession(session, path);
  await checkOpen(session, real, path);
  await using closing = new AsyncDisposableStack();
  let file: FileHandle;
  try {
    // A pipe must not make us wait, and a link that was put there meanwhile leads nowhere.
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    file = closing.use(await open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  } catch (error) {
    throw notFoundOr(error, path);
  }
  const found = await file.stat();
  // A directory on the way may have become a link since it was looked at.
  const now = await stat(await insideSession(session, path)).catch(() => undefined);
  if (now?.ino !== found.ino || now.dev !== found.dev || !found.isFile()) throw fileNotFound(path);
  const opened = closing.move();
  return {
    file,
    name: real.slice(real.lastIndexOf(sep) + 1),
    bytes: found.size,
    modifiedAt: Math.floor(found.mtimeMs),
    identity: `${found.dev}:${found.ino}`,
    [Symbol.asyncDispose]: async () => await opened.disposeAsync(),
  };
}

const CHUNK_BYTES = 64 * 1_024;

/**
 * Opened when it is read, so that nothing is left open when it is not. A file that grows meanwhile
 * is read as long as it was.
 */
async function* read(
  session: Place,
  path: string,
  { bytes, identity }: CheckedFile,
): AsyncGenerator<Uint8Array> {
  await using opened = await openChecked(session, path);
  if (opened.identity !== identity) throw fileNotFound(path);
  for (let offset = 0; offset < bytes;) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, bytes - offset));
    const { bytesRead } = await opened.file.read(buffer, 0, buffer.length, offset);
    if (bytesRead === 0) return;
    offset += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function listFolders(session: Place): Promise<FileList> {
  const found = openFolders.map(async (folder) => await lookAt(session, join(session.dir, folder)));
  const files = (await Promise.all(found)).flatMap((one) => one ?? []);
  return { files, isCut: false };
}

async function readEntries(
  dir: string,
  path: string,
): Promise<{ readonly entries: readonly Dirent[]; readonly isCut: boolean }> {
  const entries: Dirent[] = [];
  try {
    for await (const entry of await opendir(dir)) {
      if (isOurs(entry.name)) continue;
      if (entries.length === MOST_ENTRIES) return { entries, isCut: true };
      entries.push(entry);
    }
  } catch (error) {
    throw notFoundOr(error, path);
  }
  return { entries, isCut: false };
}

/** Uploads that are not complete, and the files that saving makes beside others. */
function isOurs(name: string): boolean {
  return name.startsWith('.upload-');
}

/** Undefined for what leads out of the open places, or is gone. */
async function lookAt(
  session: Place,
  path: string,
  isLink = false,
): Promise<SessionFile | undefined> {
  try {
    if (isLink) await checkOpen(session, await insideSession(session, path), path);
    const found = isLink ? await stat(path) : await lstat(path);
    if (!found.isFile() && !found.isDirectory()) return undefined;
    return {
      path: relative(session.dir, path).replaceAll(sep, '/'),
      bytes: found.isDirectory() ? 0 : found.size,
      modifiedAt: Math.floor(found.mtimeMs),
      isDirectory: found.isDirectory(),
    };
  } catch (error) {
    if (error instanceof PathOutsideSessionError || systemCode(error) !== undefined)
      return undefined;
    throw error;
  }
}

/** @throws {PathOutsideSessionError} it is in none of the open folders. */
async function checkOpen(session: Place, real: string, path: string): Promise<void> {
  const root = await insideSession(session, '');
  const [folder = ''] = relative(root, real).split(sep);
  if (openFolders.some((one) => one === folder)) return;
  throw new PathOutsideSessionError(path, `${openFolders.join('/, ')}/ of the session`);
}

function inOrder(a: SessionFile, b: SessionFile): number {
  if (a.isDirectory !== b.isDirectory) return a.isDirectory ? -1 : 1;
  return a.path < b.path ? -1 : 1;
}

function notFoundOr(error: unknown, path: string): unknown {
  const code = systemCode(error) ?? '';
  const isGone = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EISDIR', 'ENAMETOOLONG'].includes(code);
  return isGone ? fileNotFound(path) : error;
}

export function fileNotFound(path: string): CodedError {
  return new CodedError('file.not-found', `There is no file ${JSON.stringify(path)}.`, {
    facts: { path },
    todo: 'List the directory it is in: it may have been moved or removed',
  });
}
