import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { systemCode } from '../base/index.ts';
import { PathOutsideSessionError } from './errors.ts';
import type { Session } from './session.ts';

/**
 * Resolve a path against a session's directory, with every link followed. The last parts need
 * not exist yet.
 *
 * @returns the real, absolute path.
 * @throws {PathOutsideSessionError} it leads out of the directory, or through a link to nowhere.
 */
export async function insideSession(
  { dir }: Pick<Session, 'dir'>,
  relativePath: string,
): Promise<string> {
  const root = await realpath(dir);
  const real = relativePath.includes('\0')
    ? undefined
    : await findReal(resolve(root, relativePath));
  if (real === undefined || !(real === root || real.startsWith(`${root}${sep}`))) {
    throw new PathOutsideSessionError(relativePath, dir);
  }
  return real;
}

async function findReal(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ELOOP' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    if (code !== 'ENOENT') throw error;
  }
  // A link to a file that is not there yet would be followed by whoever creates it.
  if (await isThere(path)) return undefined;
  const parent = await findReal(dirname(path));
  return parent === undefined ? undefined : join(parent, basename(path));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
