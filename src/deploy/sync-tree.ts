import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { syncDirectory } from '../base/index.ts';

/** So many single flushes take as long as one of the whole file system. */
const FEW = 50;

/**
 * Make new files, and the directories that name them, survive a power cut.
 *
 * A thousand flushes one by one take seconds; syncfs(2), which `sync -f` calls, takes a tenth of
 * one, but writes what others have pending too, so few files are flushed one by one.
 */
export async function syncTree(
  root: string,
  files: readonly string[],
  directories: readonly string[],
): Promise<void> {
  if (files.length + directories.length > FEW && (await syncFileSystem(root))) return;
  for (const path of files) {
    await using file = await open(path, 'r');
    await file.sync();
  }
  for (const path of directories) await syncDirectory(path);
}

async function syncFileSystem(path: string): Promise<boolean> {
  try {
    await promisify(execFile)('sync', ['-f', path]);
    return true;
  } catch {
    // Not that of GNU, or none: the files are flushed one by one, and what is wrong shows there.
    return false;
  }
}
