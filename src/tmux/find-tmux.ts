import { findProgram, plainEnvironment } from './control-client.ts';
import { TmuxNotFoundError } from './errors.ts';
import { readTmuxVersion, requireUsable, type TmuxVersion } from './version.ts';

/**
 * Find tmux and tell whether this library can use it.
 *
 * @throws {TmuxNotFoundError} there is none.
 * @throws {TmuxTooOldError} it lacks what the library needs; the message names it.
 */
export async function findTmux(
  options: {
    readonly tmuxPath?: string;
    readonly environment?: Readonly<Record<string, string>>;
  },
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly version: TmuxVersion }> {
  const { tmuxPath = 'tmux', environment = plainEnvironment } = options;
  const path = findProgram(tmuxPath, environment);
  if (path === undefined) throw new TmuxNotFoundError(tmuxPath);
  const version = await readTmuxVersion(path, environment, signal);
  requireUsable(version);
  return { path, version };
}
