import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import type { Release } from '../release.ts';
import { digestOf } from '../store-file.ts';

export interface Archive {
  /** Absolute path of the `.tar.gz`. */
  readonly file: string;
  readonly bytes: number;
  /** SHA-256 as 64 hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Pack a release for a machine, beside it, where it goes when the release goes. The same release
 * gives the same bytes: no owners, no times of the files.
 *
 * @throws `signal.reason` when aborted: no archive is there then.
 */
export async function packRelease(release: Release, signal: AbortSignal): Promise<Archive> {
  signal.throwIfAborted();
  const file = join(dirname(release.dir), 'archive.tar.gz');
  const part = `${file}.${process.pid}.tmp`;
  try {
    const paths = release.files.map(({ path }) => `./${path}`);
    // oxlint-disable-next-line no-restricted-globals -- a fixed moment, no clock
    const mtime = new Date(0);
    await create(
      { cwd: release.dir, file: part, gzip: { level: 6 }, portable: true, mtime },
      paths,
    );
    signal.throwIfAborted();
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
  const { size } = await stat(file);
  return { file, bytes: size, sha256: await digestOf(file, signal) };
}
