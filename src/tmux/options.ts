import { UnknownOptionError } from './command-errors.ts';
import type { Command } from './connection.ts';
import { BadArgumentError, ForbiddenCommandError } from './errors.ts';
import type { PaneId, SessionId, WindowId } from './ids.ts';
import type { TmuxLink } from './link.ts';

/** Where an option is set. `global-...` are the values that the others inherit. */
export type OptionScope =
  | 'server'
  | 'global-session'
  | 'global-window'
  | { readonly session: SessionId }
  | { readonly window: WindowId }
  | { readonly pane: PaneId };

/**
 * The name of an option: one of tmux's own, a user option (`@name`), or an entry of an array
 * (`update-environment[3]`).
 */
export type OptionName = string;

/**
 * Read an option as it is written, without quotes; undefined when it is not set.
 *
 * @throws {UnknownOptionError} | {AmbiguousOptionError} tmux does not know the name.
 */
export async function findOption(
  link: TmuxLink,
  {
    scope,
    name,
    inherited = false,
  }: { readonly scope: OptionScope; readonly name: OptionName; readonly inherited?: boolean },
  signal: AbortSignal,
): Promise<string | undefined> {
  const flags = ['-v', ...(inherited ? ['-A'] : []), ...scopeFlags(scope)];
  try {
    const lines = await link.command(['show-options', ...flags, '--', checkedName(name)], signal);
    return lines.length === 0 ? undefined : lines.join('\n');
  } catch (error) {
    // A user option that is not set is an unknown one to tmux.
    if (name.startsWith('@') && error instanceof UnknownOptionError) return undefined;
    throw error;
  }
}

/**
 * Read an array option: its entries by their index, which may have gaps.
 * Values are tmux's quoted form for a command list (hooks) and bare otherwise.
 */
export async function listArrayOption(
  link: TmuxLink,
  { scope, name }: { readonly scope: OptionScope; readonly name: OptionName },
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const command = ['show-options', ...scopeFlags(scope), '--', checkedName(name)];
  const indexes = (await link.command(command, signal)).flatMap((line) => {
    const match = /^[^ ]+?\[(\d+)\]/.exec(line);
    return match === null ? [] : [Number(match[1])];
  });
  if (indexes.length === 0) return new Map();
  const reads = indexes.map((index) => [
    'show-options',
    '-v',
    ...scopeFlags(scope),
    '--',
    `${name}[${index}]`,
  ]);
  const replies = await link.sequence(reads, signal);
  return new Map(indexes.map((index, at) => [index, (replies[at] ?? []).join('\n')]));
}

/**
 * Set an option.
 *
 * @throws {BadValueError} | {UnknownOptionError} | {AmbiguousOptionError} tmux refused it.
 * @throws {ForbiddenCommandError} `window-size` for all windows: 3.3a to 3.6b die of it.
 */
export async function setOption(
  link: TmuxLink,
  { scope, name, value, append = false }: OptionChange,
  signal: AbortSignal,
): Promise<void> {
  const isWindowSize = 'window-size'.startsWith(name) && name.length > 6;
  if (isWindowSize && typeof scope === 'string') {
    throw new ForbiddenCommandError(
      'set-option -g window-size',
      'it ends the server',
      'Set it on one window, or use resize.',
    );
  }
  const flags = [...(append ? ['-a'] : []), ...scopeFlags(scope)];
  await link.command(['set-option', ...flags, '--', checkedName(name), value], signal);
}

export interface OptionChange {
  readonly scope: OptionScope;
  readonly name: OptionName;
  readonly value: string;
  /** Add to the value (or the array) instead of replacing it. */
  readonly append?: boolean;
}

/** Unset an option, so that it is inherited (or tmux's default) again. */
export async function unsetOption(
  link: TmuxLink,
  { scope, name }: { readonly scope: OptionScope; readonly name: OptionName },
  signal: AbortSignal,
): Promise<void> {
  // -u, never -U: that one with a pane that is gone ends a 3.3a server.
  await link.command(['set-option', '-u', ...scopeFlags(scope), '--', checkedName(name)], signal);
}

/** The commands that put marks of ours on a server: user options, readable by who connects. */
export function markCommands(marks: Readonly<Record<string, string>>): readonly Command[] {
  return Object.entries(marks).map(([name, value]) => {
    if (!/^@[A-Za-z][\w-]*$/.test(name))
      throw new BadArgumentError('not the name of a user option', name);
    return ['set-option', '-s', '--', name, value];
  });
}

function scopeFlags(scope: OptionScope): readonly string[] {
  if (scope === 'server') return ['-s'];
  if (scope === 'global-session') return ['-g'];
  if (scope === 'global-window') return ['-g', '-w'];
  if ('session' in scope) return ['-t', scope.session];
  if ('window' in scope) return ['-w', '-t', scope.window];
  return ['-p', '-t', scope.pane];
}

function checkedName(name: string): string {
  if (/^@?[A-Za-z][\w-]*(\[\d{1,9}\])?$/.test(name)) return name;
  throw new BadArgumentError('not the name of a tmux option', name);
}
