import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, readlink, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, systemCode } from '../base/index.ts';
import type { BackupEntry } from './backup-manifest.ts';

export interface CopyRoots {
  readonly from: string;
  readonly to: string;
}

/**
 * Copy a file, or a directory with all below it, while others write there: what vanishes meanwhile
 * is left out, what grows is copied as long as it was. Sockets and pipes are left out.
 *
 * @param path relative to both roots.
 * @throws {CodedError} `backup.failed`: a file cannot be read, or the disk is full.
 * @returns what was copied, a directory before what is in it; empty when `path` is not there.
 */
export async function copyTree(
  { from, to }: CopyRoots,
  path: string,
  signal: AbortSignal,
): Promise<readonly BackupEntry[]> {
  const copied: BackupEntry[] = [];
  const left = [path];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    signal.throwIfAborted();
    const here = next;
    try {
      const one = await copyOne({ from: join(from, here), to: join(to, here) }, here);
      if (one !== undefined) copied.push(one);
      if (one?.type !== 'directory') continue;
      for (const name of await readdir(join(from, here))) left.push(join(here, name));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw copyFailed(error, join(from, here));
    }
  }
  return copied;
}

/** What keeps a copy from being whole: a file that cannot be read, a full disk. */
export function copyFailed(error: unknown, path: string): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  return new CodedError('backup.failed', `${path} cannot be copied (${code}).`, {
    facts: { path, code },
    cause: error,
    todo: 'Free some space, or make the file readable for the user who runs this; then try again',
  });
}

async function copyOne({ from, to }: CopyRoots, path: string): Promise<BackupEntry | undefined> {
  const found = await lstat(from);
  const mode = found.mode & 0o777;
  if (found.isDirectory()) {
    // Writable for us whatever it was, or nothing could be put into it.
    await mkdir(to, { recursive: true, mode: 0o700 });
    return { type: 'directory', path, mode };
  }
  if (found.isSymbolicLink()) {
    const target = await readlink(from);
    await symlink(target, to);
    return { type: 'link', path, target };
  }
  if (!found.isFile()) return undefined;
  const { bytes, sha256 } = await copyFile(from, to, found.size);
  await chmod(to, mode);
  await utimes(to, found.atimeMs / 1_000, found.mtimeMs / 1_000);
  return { type: 'file', path, mode, bytes, sha256, modified: found.mtimeMs };
}

const CHUNK_BYTES = 256 * 1_024;

/** Copy at most `most` bytes of a file, durably; a new file, whatever is there is an error. */
export async function copyFile(
  from: string,
  to: string,
  most = Infinity,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  await using source = await open(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  await using target = await open(to, 'wx', 0o600);
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let bytes = 0;
  while (bytes < most) {
    const { bytesRead } = await source.read(
      buffer,
      0,
      Math.min(buffer.length, most - bytes),
      bytes,
    );
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    await target.writeFile(chunk);
    bytes += bytesRead;
  }
  await target.sync();
  return { bytes, sha256: hash.digest('hex') };
}

/** Measure a file without copying it. */
export async function digestFile(
  path: string,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  await using file = await open(path, 'r');
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of file.createReadStream({ autoClose: false })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
