import { chmod, lstat, mkdir, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { makeDirectory, systemCode } from '../base/index.ts';
import { RuntimeDirError } from './errors.ts';

/**
 * Longest path of the directory that holds the agents' socket directories. A socket's whole path
 * must stay under 100 bytes (the kernel has 108 on Linux, 104 on macOS), and `/<12 characters>/`
 * and `tmux.sock` follow.
 */
const LONGEST_BYTES = 76;
/** `/` and the database's id. */
const ID_BYTES = 9;
const WRITE_BY_OTHERS = 0o022;

interface RuntimeChoice {
  readonly value: string;
  readonly source:
    | { readonly kind: 'default' }
    | { readonly kind: 'environment'; readonly name: string };
}

/**
 * Choose where sockets lie when nothing says so: XDG_RUNTIME_DIR when it is there, ours and short
 * enough, else a directory of this user in /tmp. (`su` keeps the variable of the user before.)
 */
export async function defaultRuntimeDir(
  env: Readonly<Record<string, string | undefined>>,
): Promise<RuntimeChoice> {
  const variable = 'XDG_RUNTIME_DIR';
  const base = env[variable] ?? '';
  const value = join(base, 'tmux-builder');
  if (isAbsolute(base) && fits(value) && (await isOurs(base))) {
    return { value, source: { kind: 'environment', name: variable } };
  }
  return { value: `/tmp/tmux-builder-${userId()}`, source: { kind: 'default' } };
}

/**
 * Make the runtime directory of one database, private to this user, and return its real path.
 *
 * @throws {RuntimeDirError} somebody else owns it or may write it, it is a link, or its path is
 * too long for a socket. Nothing in it was touched.
 */
export async function openRuntimeDir(runtimeDir: string, databaseId: string): Promise<string> {
  try {
    await makeDirectory(dirname(runtimeDir), 0o755);
    await make(runtimeDir);
    await check(runtimeDir, WRITE_BY_OTHERS);
    const real = await realpath(runtimeDir);
    if (!fits(real)) {
      throw new RuntimeDirError(real, `is longer than ${LONGEST_BYTES - ID_BYTES} bytes`);
    }
    const own = join(real, databaseId);
    await make(own);
    await check(own, 0);
    // tmux refuses a directory that others can enter.
    await chmod(own, 0o700);
    return own;
  } catch (error) {
    const code = systemCode(error);
    if (error instanceof RuntimeDirError || code === undefined) throw error;
    throw new RuntimeDirError(runtimeDir, `cannot be made (${code})`, { cause: error });
  }
}

async function make(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

async function check(path: string, forbiddenBits: number): Promise<void> {
  const found = await lstat(path);
  if (!found.isDirectory()) throw new RuntimeDirError(path, 'is a link or a file');
  if (found.uid !== userId()) throw new RuntimeDirError(path, `belongs to user ${found.uid}`);
  if ((found.mode & forbiddenBits) !== 0) {
    throw new RuntimeDirError(path, 'can be written by others');
  }
}

async function isOurs(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    return found.isDirectory() && found.uid === userId() && (found.mode & WRITE_BY_OTHERS) === 0;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= LONGEST_BYTES - ID_BYTES;
}

function userId(): number {
  return process.getuid?.() ?? 0;
}
