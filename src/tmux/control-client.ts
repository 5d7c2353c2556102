import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { TmuxNotFoundError } from './errors.ts';

export type ControlClient = ChildProcessByStdio<Writable, Readable, Readable>;

/** Where tmux is and what its clients are given. */
export interface TmuxProgram {
  /** A path, or a name to look up in the environment's PATH. */
  readonly tmuxPath: string;
  /** The whole environment of tmux's own processes; nothing of ours is added. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What tmux needs when the caller gives no environment. */
export const plainEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin',
  LANG: 'C.UTF-8',
};

/**
 * Run `tmux -u -C` with these arguments, its three streams as pipes.
 *
 * On Linux the client dies with us (`setpriv --pdeathsig`): a control client whose reader is
 * gone freezes panes and keeps the server from ending. A server that the client starts is not
 * bound to us, because a fork does not inherit that setting.
 *
 * @throws {TmuxNotFoundError} there is no such program.
 */
export function spawnControlClient(
  { tmuxPath, environment }: TmuxProgram,
  socketPath: string,
  { args, mayStart }: { readonly args: readonly string[]; readonly mayStart: boolean },
): ControlClient {
  const tmux = findProgram(tmuxPath, environment);
  if (tmux === undefined) throw new TmuxNotFoundError(tmuxPath);
  // Without -N even attaching starts a server where there is none.
  const never = mayStart ? [] : ['-N'];
  const command = [tmux, '-u', '-C', ...never, '-S', socketPath, '-f', '/dev/null', ...args];
  const setpriv = process.platform === 'linux' ? findProgram('setpriv', environment) : undefined;
  const bound = setpriv === undefined ? command : [setpriv, '--pdeathsig', 'KILL', ...command];
  const [program = tmux, ...rest] = bound;
  const stdio: ['pipe', 'pipe', 'pipe'] = ['pipe', 'pipe', 'pipe'];
  // The server keeps the directory it was started in; ours is none of its business.
  return spawn(program, rest, { env: { ...environment }, cwd: '/', stdio });
}

/** The path of a program, as a shell with this environment would find it. */
export function findProgram(
  name: string,
  environment: Readonly<Record<string, string>>,
): string | undefined {
  if (name.includes('/')) return isProgram(name) ? name : undefined;
  const directories = (environment['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return directories.map((directory) => join(directory, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there and not ours to run are the same to a search.
    return false;
  }
}
