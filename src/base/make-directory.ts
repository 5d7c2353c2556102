import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from './coded-error.ts';

/**
 * Make a directory and those above it that are missing; one that is there stays as it is.
 *
 * Node's `recursive: true` tries for ever where a file system answers ENOENT to every new name
 * (/proc does), so paths that a person chooses are made with this.
 *
 * @throws the system error of the directory that could not be made.
 */
export async function makeDirectory(path: string, mode: number): Promise<void> {
  try {
    await makeOne(path, mode);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeDirectory(dirname(path), mode);
    await makeOne(path, mode);
  }
}

async function makeOne(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    // Another process may make the same one at the same moment.
    if (systemCode(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
}
