import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import {
  type App,
  type Frame,
  type JobRecording,
  type ReplayTerminalOptions,
  toJobRecordingView,
} from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { UsageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { Player, type PlayerScreen } from '../player.ts';
import { readPlayerKeys } from '../player-keys.ts';

export interface JobReplayOptions {
  readonly attempt?: number;
  readonly speed?: number;
  readonly idleLimit?: number;
  readonly from?: number;
  /** We are the program in the replay's own terminal. */
  readonly inPane?: boolean;
}

const HELP = 'space pause  . step  <- -> 5s  [ ] mark  q quit';
const UNTIMED = 'It was recorded without Perl, so that nothing is known of its times.';

/**
 * Replay the recording of an attempt until the person leaves. It is played in a terminal of its own
 * size, by this program once more, and that terminal is shown in the person's.
 */
export async function jobReplay(
  door: Door,
  id: string,
  options: JobReplayOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const choice = { job: id, attempt: options.attempt };
  await using app = await openForCommand(door);
  await using recording = await app.openRecording(choice, interrupts.signal);
  if (printer.json) {
    printer.value(toJobRecordingView(recording, await recording.facts(), undefined));
    return 0;
  }
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError(
      'There is no terminal to replay in.',
      'Write the recording to a file instead: tmux-builder job recording JOB --output FILE',
    );
  }
  if (options.inPane === true) return await playHere(door, recording, options);
  if (!recording.isTimed) printer.note(UNTIMED);
  const { columns, rows } = await recording.facts();
  const rest = ['--attempt', String(recording.attempt.number), '--in-pane'];
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1), ...rest];
  return await showTerminal(door, app, { command, columns, rows });
}

async function showTerminal(
  { environment, interrupts, printer }: Door,
  app: App,
  { command, columns, rows }: Pick<ReplayTerminalOptions, 'command' | 'columns' | 'rows'>,
): Promise<ExitCode> {
  const { TMUX: _tmux, TMUX_PANE: _pane, ...rest } = environment;
  const env = Object.fromEntries(
    Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const options = { command, columns, rows, environment: env, help: helpFor({ columns, rows }) };
  await using terminal = await app.openReplayTerminal(options, interrupts.signal);
  const gone = new AbortController();
  // Ctrl-C is for what plays in there, and reaches it through tmux.
  using _listening = interrupts.listen((name) => {
    if (name !== 'SIGINT') gone.abort();
  });
  const [program = '', ...args] = terminal.attach;
  const child = spawn(program, args, { stdio: 'inherit', env });
  const closed = once(child, 'close');
  const isLeft = closed.then(() => gone.abort());
  try {
    const screen = await terminal.untilEnd(gone.signal);
    await terminal.hide(interrupts.signal);
    await isLeft;
    const problem = screen.filter((row) => row.trim() !== '');
    if (problem.length > 0) printer.note(problem.join('\n'));
    return problem.length > 0 ? 70 : 0;
  } catch (error) {
    // The person's terminal was closed, or we or what showed it were to end.
    if (gone.signal.aborted) return 0;
    throw error;
  }
}

/** The last line is tmux's; a terminal that is too small shows the part around the cursor. */
function helpFor({ columns, rows }: Pick<ReplayTerminalOptions, 'columns' | 'rows'>): string {
  const { columns: width, rows: height } = process.stdout;
  const isWhole = width >= columns && height > rows;
  return isWhole ? HELP : `${columns}x${rows} cut off at ${width}x${height - 1}  ${HELP}`;
}

/** Play in the terminal that we run in, which has the size of the recording. */
async function playHere(
  { clock, interrupts }: Door,
  recording: JobRecording,
  { speed = 1, idleLimit = Infinity, from = 0 }: JobReplayOptions,
): Promise<ExitCode> {
  const { stdin } = process;
  const frames: Frame[] = [];
  for await (const frame of recording.frames()) frames.push(frame);
  const player = new Player({
    frames,
    clock,
    speed,
    screen: paneScreen(),
    idleLimitMs: idleLimit,
    fromMs: from,
    staysAtEnd: true,
  });
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.on('data', (text: string) => {
    for (const key of readPlayerKeys(text)) player.press(key);
  });
  await player.play(interrupts.signal);
  return 0;
}

/** Our pane: its title is what tmux shows in the line below it. */
function paneScreen(): PlayerScreen {
  const run = promisify(execFile);
  return {
    write: (text) => void process.stdout.write(text),
    resize: async (columns, rows) => {
      await run('tmux', ['resize-window', '-x', String(columns), '-y', String(rows)]);
    },
    // tmux reads `#` as the beginning of a style.
    status: (text) => {
      const title = text.replaceAll(/[\p{Cc}#]/gu, ' ');
      process.stdout.write(`\u001b]2;${title}\u0007`);
    },
  };
}
