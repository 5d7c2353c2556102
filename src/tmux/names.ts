import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { systemCode } from '../base/index.ts';
import { BadDirectoryError, BadNameError } from './errors.ts';

/**
 * Keep tmux from expanding a value: names, titles and directories are formats, in which
 * `#(command)` runs a shell and `#{...}` reads a variable. Doubling every `#` makes it a `#`.
 */
export function escapeFormat(text: string): string {
  return text.replaceAll('#', '##');
}

/**
 * Check a name for a session and make it safe to send.
 *
 * @throws {BadNameError} tmux would change it (`.`, `:`, `\`, control characters), or could not
 *   find it again (a name that begins like an id or a special target).
 */
export function sessionName(name: string): string {
  return checkedName(name);
}

/** Check a name for a window: the same rules, so that a name read back is the name given. */
export function windowName(name: string): string {
  return checkedName(name);
}

/** Check a pane's title: any text without control characters. */
export function paneTitle(title: string): string {
  if (/\p{Cc}/u.test(title)) throw new BadNameError(title, 'it holds control characters');
  return escapeFormat(title);
}

/**
 * Check the directory a program is to start in; tmux would take another one without a word.
 *
 * @throws {BadDirectoryError} not absolute, not there, or not a directory.
 */
export async function startDirectory(directory: string): Promise<string> {
  if (!isAbsolute(directory)) throw new BadDirectoryError(directory, 'not an absolute path');
  try {
    if (!(await stat(directory)).isDirectory()) {
      throw new BadDirectoryError(directory, 'not a directory');
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (error instanceof BadDirectoryError) throw error;
    throw new BadDirectoryError(directory, code === 'ENOENT' ? 'it does not exist' : code, error);
  }
  return escapeFormat(directory);
}

function checkedName(name: string): string {
  if (name === '') throw new BadNameError(name, 'it is empty');
  if (name.length > 200) throw new BadNameError(name, 'it is longer than 200 characters');
  if (/[.:\\]/.test(name)) throw new BadNameError(name, 'it holds . : or \\');
  if (/\p{Cc}|\p{Cs}/u.test(name)) throw new BadNameError(name, 'it holds control characters');
  if (/^[$@%=!~+{-]/.test(name)) throw new BadNameError(name, 'it begins like an id or a flag');
  return escapeFormat(name);
}
