import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { systemCode } from '../base/index.ts';
import { BadSiteError } from './site-errors.ts';

/** A file that is to be published. */
export interface SourceFile {
  /** Relative, with `/`. */
  readonly path: string;
  /** Absolute, without links. */
  readonly file: string;
  readonly bytes: number;
  readonly isExecutable: boolean;
}

export interface SourceOptions {
  /** Dotfiles and what only building needs (`node_modules`) stay away from a static site. */
  readonly isStatic: boolean;
  /** A directory, no link itself, that the other is or lies in; left out, it may lead anywhere. */
  readonly within?: string;
}

export const sourceLimits = { files: 20_000, directories: 20_000, bytes: 2 ** 30, pathBytes: 900 };

const history = new Set(['.git', '.hg', '.svn']);
const building = new Set(['node_modules', 'bower_components', '__pycache__', 'Thumbs.db']);
const OWNER_MAY_EXECUTE = 0o100;

/**
 * List what a directory publishes, by path. Links to files and directories inside it count as what
 * they point to.
 *
 * @throws {BadSiteError} a link leads outside, in a circle, to nothing or to what is left out; a name that the web or a
 * store of objects cannot have; nothing at all, too many files or too many bytes; a static site
 * without `index.html`; no such directory.
 * @throws `signal.reason` when aborted.
 */
export async function listSource(
  directory: string,
  { isStatic, within }: SourceOptions,
  signal: AbortSignal,
): Promise<readonly SourceFile[]> {
  const root = await findRoot(directory, within);
  const walk: Walk = { root, isStatic, signal, found: [], directories: 0, bytes: 0 };
  await visit(walk, { path: '', real: walk.root, above: [] });
  const { found } = walk;
  if (found.length === 0) throw new BadSiteError('there are no files');
  if (isStatic && !found.some(({ path }) => path === 'index.html')) {
    throw new BadSiteError('it has no index.html');
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

interface Walk {
  readonly root: string;
  readonly isStatic: boolean;
  readonly signal: AbortSignal;
  readonly found: SourceFile[];
  /** Visited, one that two links lead to twice: such links could multiply without end. */
  directories: number;
  bytes: number;
}

interface Place {
  /** Below the root, as it will be published. */
  readonly path: string;
  readonly real: string;
  /** Real paths of the directories that led here. */
  readonly above: readonly string[];
}

async function findRoot(directory: string, within: string | undefined): Promise<string> {
  try {
    const root = await realpath(directory);
    if (within === undefined) return root;
    const outer = join(await realpath(dirname(within)), basename(within));
    if (isBelow(root, outer)) return root;
    throw new BadSiteError('its directory is a link that leads elsewhere', { directory });
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new BadSiteError(`its directory cannot be read (${code})`, { directory, code });
  }
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(root + sep);
}

async function visit(walk: Walk, place: Place): Promise<void> {
  if (place.above.includes(place.real)) {
    throw new BadSiteError(`the link ${place.path} leads in a circle`, { path: place.path });
  }
  walk.directories += 1;
  const { directories } = sourceLimits;
  if (walk.directories > directories) {
    throw new BadSiteError(`it has more than ${directories} directories`);
  }
  for (const entry of await entriesOf(place)) {
    walk.signal.throwIfAborted();
    if (isLeftOut(entry.name, walk.isStatic)) continue;
    const path = place.path === '' ? entry.name : `${place.path}/${entry.name}`;
    checkPath(path);
    const below = join(place.real, entry.name);
    const real = entry.isSymbolicLink() ? await resolveLink(walk, path, below) : below;
    const found = await statUnlessGone(real);
    // Removed since its name was read: as if it had never been there.
    if (found === undefined) continue;
    if (found.isDirectory()) {
      await visit(walk, { path, real, above: [...place.above, place.real] });
    } else if (found.isFile()) {
      const isExecutable = (found.mode & OWNER_MAY_EXECUTE) !== 0;
      add(walk, { path, file: real, bytes: found.size, isExecutable });
    } else throw new BadSiteError(`${path} is neither a file nor a directory`, { path });
  }
}

async function statUnlessGone(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function entriesOf({ path, real }: Place): Promise<readonly Dirent[]> {
  try {
    return await readdir(real, { withFileTypes: true });
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new BadSiteError(`directory ${path === '' ? '.' : path} cannot be read (${code})`, {
      path,
    });
  }
}

/** Whether a file or directory of this name is never published. */
export function isLeftOut(name: string, isStatic: boolean): boolean {
  return history.has(name) || (isStatic && (name.startsWith('.') || building.has(name)));
}

function checkPath(path: string): void {
  // Control characters, and what a URL or Windows reads as a separator.
  if (/[\p{Cc}\\\uFFFD]/u.test(path)) {
    throw new BadSiteError(`${JSON.stringify(path)} is no name for the web`, { path });
  }
  if (Buffer.byteLength(path) > sourceLimits.pathBytes) {
    throw new BadSiteError(`a path is longer than ${sourceLimits.pathBytes} bytes`, { path });
  }
}

async function resolveLink(walk: Walk, path: string, link: string): Promise<string> {
  const real = await realpath(link).catch((error: unknown) => {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new BadSiteError(`the link ${path} leads to nothing (${code})`, { path });
  });
  if (!isBelow(real, walk.root)) {
    throw new BadSiteError(`the link ${path} leads out of the site's directory`, { path });
  }
  const parts = relative(walk.root, real).split(sep);
  if (parts.some((name) => isLeftOut(name, walk.isStatic))) {
    throw new BadSiteError(`the link ${path} leads to what is not published`, { path });
  }
  return real;
}

function add(walk: Walk, file: SourceFile): void {
  walk.found.push(file);
  walk.bytes += file.bytes;
  const { files, bytes } = sourceLimits;
  if (walk.found.length > files) throw new BadSiteError(`it has more than ${files} files`);
  if (walk.bytes > bytes) throw new BadSiteError(`it has more than ${bytes} bytes`);
}
