import { BadArgumentError } from './errors.ts';
import type { PaneId } from './ids.ts';
import type { TmuxLink } from './link.ts';

export interface CaptureOptions {
  /** Rows of history to read above the screen; `all` reads everything tmux still has. Default 0. */
  readonly historyRows?: number | 'all';
  /**
   * A part instead: from row `first` to row `last`, both included. 0 is the top row of the screen,
   * -1 the row above it. Rows move up as the program prints: they are no cursor.
   */
  readonly rows?: { readonly first: number; readonly last: number };
  /** Give a line that wrapped as one, and keep its trailing blanks. */
  readonly joinLines?: boolean;
  /** Keep colours and attributes as escape sequences. */
  readonly styles?: boolean;
  /** Keep blanks at the ends of rows. */
  readonly trailingBlanks?: boolean;
  /** Read the main screen that an alternate screen hides; nothing when there is none. */
  readonly hiddenScreen?: boolean;
}

/**
 * Read what a pane shows now, as tmux draws it: one string a row, top row first.
 *
 * This is the grid and not the stream: what was cleared or overwritten is not in it, and the
 * program decides what it says. A program on the alternate screen has no history.
 *
 * @throws {PaneGoneError} no pane has this id.
 * @throws `signal.reason` when aborted; reading changes nothing, so trying again is safe.
 */
export async function capturePane(
  link: TmuxLink,
  pane: PaneId,
  options: CaptureOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return await link.command(captureCommand(pane, options), signal);
}

/** The command behind `capturePane`. */
export function captureCommand(pane: PaneId, options: CaptureOptions): readonly string[] {
  const { historyRows = 0, rows, joinLines, styles, trailingBlanks, hiddenScreen } = options;
  const start = historyRows === 'all' ? '-' : row(-historyRows);
  const range = rows === undefined ? ['-S', start] : ['-S', row(rows.first), '-E', row(rows.last)];
  return [
    'capture-pane',
    '-p',
    ...(joinLines === true ? ['-J'] : []),
    ...(styles === true ? ['-e'] : []),
    ...(trailingBlanks === true ? ['-N'] : []),
    ...(hiddenScreen === true ? ['-a', '-q'] : []),
    ...range,
    '-t',
    pane,
  ];
}

function row(number: number): string {
  if (!Number.isInteger(number)) throw new BadArgumentError('not a row', number);
  // -0 would be written "0" all the same.
  return String(number);
}
