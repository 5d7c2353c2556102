import { isAbsolute } from 'node:path';
import { BadArgumentError } from './errors.ts';
import { startDirectory } from './names.ts';

/** What runs in a pane, from an argument list: no shell reads it. */
export interface PaneProgram {
  /** The program and its arguments; at least the program. */
  readonly command: readonly string[];
  /** Variables set for this program (and, at a session, for its later windows). */
  readonly environment?: Readonly<Record<string, string>>;
  /** Absolute, and there. */
  readonly directory?: string;
  /** Where everything goes that the pane prints, from its first byte on. */
  readonly stream?: PaneStream;
}

/**
 * A file to append to, by its absolute path; or a program that gets it all on stdin, as an
 * argument list to which the path of the pane's terminal device is added. tmux ends neither: the
 * program goes on until its stdin ends, also when tmux itself is killed.
 */
export type PaneStream =
  | { readonly path: string }
  | { readonly recorder: readonly [string, ...string[]] };

/**
 * The flags and words that start a program: `-c DIRECTORY -e NAME=VALUE ... -- PROGRAM ARGS`.
 *
 * @throws {BadDirectoryError} | {BadArgumentError} tmux would start something else.
 */
export async function programArguments(program: PaneProgram): Promise<readonly string[]> {
  const { command, environment = {}, directory } = program;
  const inDirectory = directory === undefined ? [] : ['-c', await startDirectory(directory)];
  const variables = Object.entries(environment).flatMap(([name, value]) => {
    return ['-e', `${variableName(name)}=${value}`];
  });
  return [...inDirectory, ...variables, '--', ...programWords(command)];
}

/** @throws {BadArgumentError} no environment could hold this name. */
export function variableName(name: string): string {
  if (name !== '' && !/[=\p{Cc}]/u.test(name)) return name;
  throw new BadArgumentError('not the name of an environment variable', name);
}

/** tmux execs two words or more; a single word would go through a shell, so it is quoted for one. */
function programWords(command: readonly string[]): readonly string[] {
  const [program, ...rest] = command;
  if (program === undefined || program === '') {
    throw new BadArgumentError('no program to start', command);
  }
  return rest.length > 0 ? command : [`exec ${shellWord(program)}`];
}

/** One word for sh(1), whatever it holds. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * The command that takes a pane's output. pipe-pane expands formats and strftime(3) before a shell
 * reads it, so all three are quoted for.
 */
export function pipeCommand(stream: PaneStream): string {
  if ('recorder' in stream) {
    return `exec ${stream.recorder.map((word) => piped(shellWord(word))).join(' ')} '#{pane_tty}'`;
  }
  if (!isAbsolute(stream.path)) throw new BadArgumentError('not an absolute path', stream.path);
  return `exec cat >> ${piped(shellWord(stream.path))}`;
}

function piped(shellText: string): string {
  return shellText.replaceAll('#', '##').replaceAll('%', '%%');
}
