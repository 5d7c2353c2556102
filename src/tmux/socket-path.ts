import { dirname, isAbsolute } from 'node:path';
import { BadSocketPathError } from './errors.ts';
import { statOrUndefined } from './stat-file.ts';

/** The kernel takes 107 bytes; some are kept for what tmux and others append. */
const MOST_BYTES = 100;

/**
 * Check where a private server's socket is to lie.
 *
 * @throws {BadSocketPathError} too long, or its directory is missing, not ours, or open to others.
 */
export async function checkSocketPath(socketPath: string): Promise<void> {
  if (!isAbsolute(socketPath)) throw new BadSocketPathError(socketPath, 'not an absolute path');
  const bytes = Buffer.byteLength(socketPath);
  if (bytes > MOST_BYTES) {
    throw new BadSocketPathError(socketPath, `${bytes} bytes long, at most ${MOST_BYTES} work`);
  }
  const directory = dirname(socketPath);
  const found = await statOrUndefined(directory);
  if (found === undefined) throw new BadSocketPathError(socketPath, `${directory} does not exist`);
  if (!found.isDirectory())
    throw new BadSocketPathError(socketPath, `${directory} is no directory`);
  const mode = found.mode & 0o777;
  if ((mode & 0o077) !== 0) {
    const shown = mode.toString(8).padStart(4, '0');
    throw new BadSocketPathError(socketPath, `${directory} has mode ${shown} instead of 0700`);
  }
  const user = process.getuid?.();
  if (user !== undefined && found.uid !== user) {
    throw new BadSocketPathError(socketPath, `${directory} belongs to user ${found.uid}`);
  }
}
