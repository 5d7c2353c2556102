import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory, systemCode } from '../base/index.ts';
import { SessionDirectoryMissingError, SessionMoveError, SessionWriteError } from './errors.ts';
import { sessionFolders } from './session.ts';

/** Where sessions' directories lie. Ids are ours, never a user's text. */
export class SessionPaths {
  readonly #dataDir: string;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  active(id: string): string {
    return join(this.#dataDir, 'sessions', 'active', id);
  }

  deleted(id: string): string {
    return join(this.#dataDir, 'sessions', 'deleted', id);
  }
}

/**
 * Make a session's directory with its folders; those that exist stay as they are.
 *
 * @throws {SessionWriteError}
 */
export async function makeSessionFolders(dir: string): Promise<void> {
  try {
    for (const folder of sessionFolders) {
      await mkdir(join(dir, folder), { recursive: true, mode: 0o700 });
    }
    await syncDirectory(dir);
    await syncDirectory(dirname(dir));
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new SessionWriteError(dir, code, { cause: error });
  }
}

export async function hasSessionFolders(dir: string): Promise<boolean> {
  const found = await Promise.all(
    sessionFolders.map(async (folder) => await isDirectory(join(dir, folder))),
  );
  return found.every(Boolean);
}

export type Rename = typeof rename;

/**
 * Move a session's directory; one that is there already counts as moved, so that a move can be
 * repeated after a crash.
 *
 * @throws {SessionDirectoryMissingError} it is in neither place. {SessionMoveError}
 */
export async function moveDirectory(from: string, to: string, move: Rename): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await move(from, to);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (code !== 'ENOENT') throw new SessionMoveError(from, code, { cause: error });
    if (!(await isDirectory(to))) throw new SessionDirectoryMissingError(from, { cause: error });
  }
  await syncDirectory(dirname(to));
  await syncDirectory(dirname(from));
}

/** Remove a directory and all below it, however much of it is left. */
export async function removeDirectory(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new SessionMoveError(path, code, { cause: error });
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}
