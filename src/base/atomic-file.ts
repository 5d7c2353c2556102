import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface AtomicWrite {
  /** Survive a power cut: flush the file, then the directory that names it. */
  readonly durable: boolean;
  /** Permission bits of the new file, `0o600` for example. */
  readonly mode?: number;
}

/**
 * Replace a file whole: write beside it, then rename. A reader sees the old or the new content,
 * never a part, and a crash leaves at most a `.tmp` file behind.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  { durable, mode = 0o644 }: AtomicWrite,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await using file = await open(temporary, 'wx', mode);
    await file.writeFile(content);
    if (durable) await file.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await rename(temporary, path);
  if (durable) await syncDirectory(dirname(path));
}

/** Make names that were created or renamed in `directory` survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory, 'r');
  await handle.sync();
}
