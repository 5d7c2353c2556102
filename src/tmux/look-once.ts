import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { systemCode } from '../base/index.ts';
import { captureCommand } from './capture-pane.ts';
import { plainEnvironment } from './control-client.ts';
import { TmuxNotFoundError, TmuxServerUnresponsiveError } from './errors.ts';
import type { PaneId } from './ids.ts';
import { type PaneExit, paneExit } from './pane-exit.ts';

const run = promisify(execFile);

export interface LookOnceOptions {
  readonly tmuxPath: string;
  readonly socketPath: string;
  readonly paneId: PaneId;
  readonly deadlineMs: number;
}

/** A pane at one moment. Times are wall time in ms, which tmux counts in whole seconds. */
export interface PaneLook {
  /** The screen, with styles, top row first. */
  readonly styledRows: readonly string[];
  /** Of the program that was started in it. */
  readonly pid: number;
  /** When something was printed last: the screen has looked so since then. */
  readonly printedAt: number;
  /** How its program ended; undefined while it runs. */
  readonly exit: { readonly at: number; readonly exit: PaneExit } | undefined;
  readonly columns: number;
  readonly rows: number;
  /** Counted from 0; the column may be one beyond the last: the next letter wraps. */
  readonly cursor: { readonly column: number; readonly row: number; readonly isShown: boolean };
  readonly isAlternateScreen: boolean;
}

const fields = [
  'pane_pid',
  'window_activity',
  'pane_dead',
  'pane_dead_status',
  'pane_dead_signal',
  'pane_dead_time',
  'pane_width',
  'pane_height',
  'cursor_x',
  'cursor_y',
  'cursor_flag',
  'alternate_on',
];

/**
 * Look at a pane by a process of its own: for whoever only looks at a server that another program
 * drives, since 3.3a can die when a control client attaches beside another. Undefined when tmux
 * says that no server runs there, or that it has no such pane.
 *
 * @throws {TmuxServerUnresponsiveError} it took longer than the deadline: it may live all the same.
 * @throws {TmuxNotFoundError} there is no such program.
 */
export async function lookOnce(
  { tmuxPath, socketPath, paneId, deadlineMs }: LookOnceOptions,
  signal: AbortSignal,
): Promise<PaneLook | undefined> {
  const format = fields.map((field) => `#{${field}}`).join(' ');
  const facts = ['display-message', '-p', '-t', paneId, format];
  const capture = captureCommand(paneId, { styles: true });
  const args = ['-u', '-N', '-S', socketPath, ...facts, ';', ...capture];
  try {
    const { stdout } = await run(tmuxPath, args, {
      env: { ...plainEnvironment },
      timeout: deadlineMs,
      killSignal: 'SIGKILL',
      maxBuffer: 16 * 1024 * 1024,
      signal,
    });
    const [first = '', ...rows] = stdout.split('\n').slice(0, -1);
    return { ...readFacts(first), styledRows: rows };
  } catch (error) {
    signal.throwIfAborted();
    if (isRefusal(error)) return undefined;
    if (isTimeout(error)) throw new TmuxServerUnresponsiveError(socketPath, deadlineMs);
    if (['ENOENT', 'EACCES'].includes(systemCode(error) ?? '')) {
      throw new TmuxNotFoundError(tmuxPath, error);
    }
    throw error;
  }
}

/** It ran to its end and gave a status, where other failures have the name of what failed. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'number';
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'killed' in error && error.killed === true;
}

function readFacts(line: string): Omit<PaneLook, 'styledRows'> {
  const [pid, printed, isDead, status = '', signal = '', at, ...screen] = line.split(' ');
  const [columns = 0, rows = 0, column = 0, row = 0, isShown, isAlternate] = screen.map(Number);
  const exit = { at: Number(at) * 1_000, exit: paneExit(status, signal) };
  return {
    pid: Number(pid),
    printedAt: Number(printed) * 1_000,
    exit: isDead === '1' ? exit : undefined,
    columns,
    rows,
    cursor: { column, row, isShown: isShown === 1 },
    isAlternateScreen: isAlternate === 1,
  };
}
