import { FileError } from './command-errors.ts';
import type { Command } from './connection.ts';
import { BadArgumentError } from './errors.ts';
import type { TmuxLink } from './link.ts';
import { escapeFormat } from './names.ts';
import { statOrUndefined } from './stat-file.ts';

/** Put text into a named buffer of the server. */
export async function setBuffer(
  link: TmuxLink,
  { name, text }: { readonly name: string; readonly text: string },
  signal: AbortSignal,
): Promise<void> {
  // tmux makes no buffer for an empty text, so there would be nothing to read back.
  if (text === '') throw new BadArgumentError('an empty buffer', name);
  await link.command(['set-buffer', '-b', checkedName(name), '--', text], signal);
}

/** Load a file, of any bytes, into a named buffer. @throws {FileError} it cannot be read. */
export async function loadBuffer(
  link: TmuxLink,
  { name, path }: { readonly name: string; readonly path: string },
  signal: AbortSignal,
): Promise<void> {
  const command = ['load-buffer', '-b', checkedName(name), '--', escapeFormat(path)];
  const bytes = (await statOrUndefined(path))?.size;
  const [, [size] = []] = await link.sequence([command, sizeCommand(name)], signal);
  // tmux's own complaint comes outside of the reply, so the effect is looked at.
  if (bytes !== undefined && Number(size) === bytes) return;
  throw new FileError(command, `cannot load ${path}`, 'tmux.file-failed');
}

/**
 * Write a buffer, of any bytes, to a file.
 *
 * @throws {BufferGoneError} no buffer has this name.
 * @throws {FileError} the file cannot be written.
 */
export async function saveBuffer(
  link: TmuxLink,
  options: { readonly name: string; readonly path: string; readonly append: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { name, path, append } = options;
  const flags = append ? ['-a'] : [];
  const command = ['save-buffer', ...flags, '-b', checkedName(name), '--', escapeFormat(path)];
  const before = append ? ((await statOrUndefined(path))?.size ?? 0) : 0;
  const [, [size] = []] = await link.sequence([command, sizeCommand(name)], signal);
  if ((await statOrUndefined(path))?.size === before + Number(size)) return;
  throw new FileError(command, `cannot write ${path}`, 'tmux.file-failed');
}

/** Its turn comes when the file has been read or written. */
function sizeCommand(name: string): Command {
  const isNamed = `#{==:#{buffer_name},${name}}`;
  return ['list-buffers', '-F', '#{buffer_size}', '-f', isNamed];
}

/** The names of all buffers, newest first. */
export async function listBuffers(link: TmuxLink, signal: AbortSignal): Promise<readonly string[]> {
  return await link.command(['list-buffers', '-F', '#{buffer_name}'], signal);
}

/** @throws {BufferGoneError} no buffer has this name. */
export async function deleteBuffer(
  link: TmuxLink,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  await link.command(['delete-buffer', '-b', checkedName(name)], signal);
}

function checkedName(name: string): string {
  if (/^[\w.-]{1,100}$/.test(name)) return name;
  throw new BadArgumentError('not a name for a buffer', name);
}
