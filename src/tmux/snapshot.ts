import { BadArgumentError } from './errors.ts';
import {
  isPaneId,
  isSessionId,
  isWindowId,
  type PaneId,
  type SessionId,
  type WindowId,
} from './ids.ts';
import type { TmuxLink } from './link.ts';
import { readListing } from './listing.ts';
import { type PaneExit, paneExit } from './pane-exit.ts';

/** Everything a server holds at one instant. */
export interface TmuxSnapshot {
  readonly sessions: readonly SessionInfo[];
}

export interface SessionInfo {
  readonly id: SessionId;
  readonly name: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  /** Clients that look at it; control clients count too. */
  readonly attachedClients: number;
  readonly windows: readonly WindowInfo[];
}

export interface WindowInfo {
  readonly id: WindowId;
  readonly session: SessionId;
  readonly index: number;
  readonly name: string;
  readonly isActive: boolean;
  readonly isZoomed: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly layout: string;
  /** Seconds since the epoch of the last output. */
  readonly activeAt: number;
  readonly panes: readonly PaneInfo[];
}

export interface PaneInfo {
  readonly id: PaneId;
  readonly window: WindowId;
  readonly session: SessionId;
  readonly index: number;
  readonly isActive: boolean;
  /** What the program says of itself: never trust it. */
  readonly title: string;
  readonly pid: number;
  /** The terminal device. */
  readonly tty: string;
  readonly columns: number;
  readonly rows: number;
  /** Undefined while the program runs. */
  readonly exit: PaneExit | undefined;
  /** `copy-mode` and the like; undefined when keys reach the program. */
  readonly mode: string | undefined;
  readonly isAlternateScreen: boolean;
  readonly isPiped: boolean;
  readonly cursor: { readonly column: number; readonly row: number };
  readonly historyRows: number;
  /** The name of the program in front, and its directory; both are guesses of tmux. */
  readonly currentCommand: string;
  readonly currentDirectory: string;
  /** User options asked for, as far as they are set. */
  readonly options: ReadonlyMap<string, string>;
}

const plainFields = [
  'session_id',
  'session_name',
  'session_created',
  'session_attached',
  'window_id',
  'window_index',
  'window_name',
  'window_active',
  'window_zoomed_flag',
  'window_width',
  'window_height',
  'window_layout',
  'window_activity',
  'pane_id',
  'pane_index',
  'pane_active',
  'pane_title',
  'pane_pid',
  'pane_tty',
  'pane_width',
  'pane_height',
  'pane_dead',
  'pane_dead_status',
  'pane_dead_signal',
  'pane_mode',
  'alternate_on',
  'pane_pipe',
  'cursor_x',
  'cursor_y',
  'history_size',
  'pane_current_command',
  'pane_current_path',
] as const;

type Row = ReadonlyMap<string, string>;

/**
 * Read sessions, windows and panes with one command, so that all of it was true at once.
 * `userOptions` (`@name`) are read for every pane, inherited ones too.
 */
export async function takeSnapshot(
  link: TmuxLink,
  { userOptions = [] }: { readonly userOptions?: readonly string[] },
  signal: AbortSignal,
): Promise<TmuxSnapshot> {
  const wrong = userOptions.find((name) => !/^@[\w-]+$/.test(name));
  if (wrong !== undefined) throw new BadArgumentError('not the name of a user option', wrong);
  const fields = [...plainFields, ...userOptions];
  const rows = await readListing(link, ['list-panes', '-a'], fields, signal);
  return buildSnapshot(rows, userOptions);
}

/** Group rows, one for each pane, by window and session, in tmux's order. */
export function buildSnapshot(rows: readonly Row[], userOptions: readonly string[]): TmuxSnapshot {
  const sessions = groupBy(rows, 'session_id').map((ofSession) =>
    sessionInfo(ofSession, userOptions),
  );
  return { sessions };
}

function sessionInfo(rows: readonly Row[], userOptions: readonly string[]): SessionInfo {
  const row = firstOf(rows);
  return {
    id: sessionOf(row),
    name: text(row, 'session_name'),
    createdAt: number(row, 'session_created'),
    attachedClients: number(row, 'session_attached'),
    windows: groupBy(rows, 'window_index').map((ofWindow) => windowInfo(ofWindow, userOptions)),
  };
}

function windowInfo(rows: readonly Row[], userOptions: readonly string[]): WindowInfo {
  const row = firstOf(rows);
  return {
    id: windowOf(row),
    session: sessionOf(row),
    index: number(row, 'window_index'),
    name: text(row, 'window_name'),
    isActive: flag(row, 'window_active'),
    isZoomed: flag(row, 'window_zoomed_flag'),
    columns: number(row, 'window_width'),
    rows: number(row, 'window_height'),
    layout: text(row, 'window_layout'),
    activeAt: number(row, 'window_activity'),
    panes: rows.map((ofPane) => paneInfo(ofPane, userOptions)),
  };
}

function paneInfo(row: Row, userOptions: readonly string[]): PaneInfo {
  const status = text(row, 'pane_dead_status');
  return {
    id: paneOf(row),
    window: windowOf(row),
    session: sessionOf(row),
    index: number(row, 'pane_index'),
    isActive: flag(row, 'pane_active'),
    title: text(row, 'pane_title'),
    pid: number(row, 'pane_pid'),
    tty: text(row, 'pane_tty'),
    columns: number(row, 'pane_width'),
    rows: number(row, 'pane_height'),
    exit: flag(row, 'pane_dead') ? paneExit(status, text(row, 'pane_dead_signal')) : undefined,
    mode: text(row, 'pane_mode') || undefined,
    isAlternateScreen: flag(row, 'alternate_on'),
    isPiped: flag(row, 'pane_pipe'),
    cursor: { column: number(row, 'cursor_x'), row: number(row, 'cursor_y') },
    historyRows: number(row, 'history_size'),
    currentCommand: text(row, 'pane_current_command'),
    currentDirectory: text(row, 'pane_current_path'),
    options: new Map(
      userOptions.flatMap((name) => (text(row, name) === '' ? [] : [[name, text(row, name)]])),
    ),
  };
}

function groupBy(rows: readonly Row[], field: string): readonly (readonly Row[])[] {
  return [...Map.groupBy(rows, (row) => text(row, field)).values()];
}

function firstOf(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('a group without rows');
  return row;
}

function text(row: Row, field: string): string {
  return row.get(field) ?? '';
}

function number(row: Row, field: string): number {
  return Number(text(row, field));
}

/** A flag is 1, or empty or 0; a count such as attached clients is not a flag. */
function flag(row: Row, field: string): boolean {
  return text(row, field) === '1';
}

function sessionOf(row: Row): SessionId {
  const id = text(row, 'session_id');
  if (isSessionId(id)) return id;
  throw new Error(`tmux gave ${id} as a session's id`);
}

function windowOf(row: Row): WindowId {
  const id = text(row, 'window_id');
  if (isWindowId(id)) return id;
  throw new Error(`tmux gave ${id} as a window's id`);
}

function paneOf(row: Row): PaneId {
  const id = text(row, 'pane_id');
  if (isPaneId(id)) return id;
  throw new Error(`tmux gave ${id} as a pane's id`);
}
