import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { systemCode } from '../base/index.ts';
import type { SourceFile } from './list-source.ts';
import { BadSiteError } from './site-errors.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * Open a file as it was listed: the agent may have put a link or a pipe in its place, or a link in
 * the place of a directory above it, which would lead out of the site.
 *
 * @throws {BadSiteError} it is another one now, or cannot be read.
 */
export async function openSource({ path, file }: SourceFile): Promise<FileHandle> {
  await using closing = new AsyncDisposableStack();
  try {
    const handle = closing.use(await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    const found = await handle.stat();
    const now = await stat(file);
    const isSame = now.ino === found.ino && now.dev === found.dev;
    if (!isSame || !found.isFile() || (await realpath(file)) !== file) throw changed(path);
    closing.move();
    return handle;
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new BadSiteError(`${path} cannot be read (${code})`, { path, code });
  }
}

function changed(path: string): BadSiteError {
  return new BadSiteError(`${path} changed while it was read`, { path });
}
