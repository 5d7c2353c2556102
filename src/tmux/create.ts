import type { Command } from './connection.ts';
import { type CreatedIds, readIds } from './created-ids.ts';
import type { PaneId, SessionId } from './ids.ts';
import type { TmuxLink } from './link.ts';
import { sessionName, windowName } from './names.ts';
import { checkedCells, checkedSize, type TerminalSize } from './terminal-size.ts';
import { pipeCommand, type PaneProgram, programArguments } from './pane-program.ts';

export interface SessionOptions extends PaneProgram, Partial<TerminalSize> {
  readonly name: string;
  readonly windowName?: string;
}

export interface WindowOptions extends PaneProgram, Partial<TerminalSize> {
  readonly name?: string;
  /** Make it the session's current window; otherwise the session stays where it is. */
  readonly select?: boolean;
}

export interface SplitOptions extends PaneProgram {
  /** Where the new pane lies, seen from the old one. */
  readonly side: 'above' | 'below' | 'left' | 'right';
  /** Cells, or a share such as `25%`; half when not given. */
  readonly size?: number | `${number}%`;
  /** Take the whole width or height of the window instead of this pane's. */
  readonly full?: boolean;
  readonly select?: boolean;
}

const idsFormat = '#{session_id} #{window_id} #{pane_id}';

/**
 * Make a session. Everything happens on one command line, so the stream's first line is kept.
 *
 * @throws {NameTakenError} the name is in use: creating is a lock.
 */
export async function createSession(
  link: TmuxLink,
  options: SessionOptions,
  signal: AbortSignal,
): Promise<CreatedIds> {
  const [reply = []] = await link.sequence(
    await sessionCommands({ ...link.defaultSize, ...options }, ['-d']),
    signal,
  );
  return readIds(reply);
}

/** The commands that make a session; the first one prints its ids. */
export async function sessionCommands(
  options: SessionOptions & TerminalSize,
  flags: readonly string[],
): Promise<readonly Command[]> {
  const { columns, rows } = checkedSize(options);
  const named = options.windowName === undefined ? [] : ['-n', windowName(options.windowName)];
  const size = ['-x', String(columns), '-y', String(rows)];
  const create = ['new-session', ...flags, '-P', '-F', idsFormat, '-s', sessionName(options.name)];
  // A detached new session does not become the current target of the line, so name it.
  const target = `=${options.name}:`;
  return [
    [...create, ...named, ...size, ...(await programArguments(options))],
    // A window with a size of its own keeps it, however small a terminal attaches.
    ['resize-window', '-t', target, ...size],
    ...streamCommands(options, ['-t', target]),
  ];
}

/** Make a window in a session. */
export async function createWindow(
  link: TmuxLink,
  session: SessionId,
  options: WindowOptions,
  signal: AbortSignal,
): Promise<CreatedIds> {
  const { columns, rows } = checkedSize({ ...link.defaultSize, ...options });
  const named = options.name === undefined ? [] : ['-n', windowName(options.name)];
  const create = ['new-window', '-P', '-F', idsFormat, '-t', `${session}:`, ...named];
  // The window is selected for the length of the line: that makes it the target of what follows.
  const commands = [
    [...create, ...(await programArguments(options))],
    ['resize-window', '-x', String(columns), '-y', String(rows)],
    ...streamCommands(options, []),
    ...(options.select === true ? [] : [['last-window', '-t', `${session}:`]]),
  ];
  const [reply = []] = await link.sequence(commands, signal);
  return readIds(reply);
}

/** Split a pane. @throws {NoSpaceError} the pane is too small. */
export async function splitPane(
  link: TmuxLink,
  pane: PaneId,
  options: SplitOptions,
  signal: AbortSignal,
): Promise<CreatedIds> {
  const { side, size, full = false, select = false } = options;
  const flags = [
    side === 'left' || side === 'right' ? '-h' : '-v',
    ...(side === 'left' || side === 'above' ? ['-b'] : []),
    ...(full ? ['-f'] : []),
    ...(size === undefined ? [] : ['-l', checkedCells(size)]),
  ];
  const create = ['split-window', ...flags, '-P', '-F', idsFormat, '-t', pane];
  const commands = [
    [...create, ...(await programArguments(options))],
    ...streamCommands(options, []),
    ...(select ? [] : [['last-pane']]),
  ];
  const [reply = []] = await link.sequence(commands, signal);
  return readIds(reply);
}

function streamCommands({ stream }: PaneProgram, target: readonly string[]): readonly Command[] {
  return stream === undefined ? [] : [['pipe-pane', '-O', ...target, pipeCommand(stream)]];
}
