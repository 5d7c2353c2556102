import { CommanderError } from 'commander';
import { systemClock } from '../base/index.ts';
import { processInputs } from '../config/index.ts';
import type { GlobalOptions } from './builder.ts';
import type { Door } from './door.ts';
import { UsageError } from './errors.ts';
import type { ExitCode } from './exit-codes.ts';
import { Interrupts } from './interrupts.ts';
import { Printer } from './printer.ts';
import { buildProgram, findPath } from './program.ts';
import { reportError } from './report-error.ts';

const INTERRUPTED: ExitCode = 130;
const OUTPUT_LOST: ExitCode = 6;

/** Do what the arguments ask for, and end the process with the exit code of it. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  // The reader went away (`| head`): nobody is left to tell anything to.
  process.stdout.on('error', (error) => {
    if (isPipeBroken(error)) process.exit(0);
  });
  process.stderr.on('error', endAtOnce);
  using interrupts = new Interrupts(process, () => process.exit(INTERRUPTED));
  const code = await perform(argv, interrupts);
  process.exit((await isWritten()) ? code : OUTPUT_LOST);
}

/** Whether everything on stdout arrived: a full disk tells of it only after the last write. */
async function isWritten(): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<Error | null | undefined>();
  process.stdout.write('', resolve);
  const error = (await promise) ?? undefined;
  if (error === undefined) return true;
  process.stderr.write(`tmux-builder: The output could not be written: ${error.message}.\n`);
  return false;
}

async function perform(argv: readonly string[], interrupts: Interrupts): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = buildProgram(argv, async (options, action) => {
    code = await action(openDoor(options, interrupts));
  });
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : argv, { from: 'user' });
    return code;
  } catch (error) {
    const { printer } = openDoor(guessOptions(argv, program.opts()), interrupts);
    if (!(error instanceof CommanderError)) return reportError(error, printer);
    // Help and version were asked for and have been printed.
    if (error.exitCode === 0) return 0;
    const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
    const path = findPath(program, argv);
    const what = error.code === 'commander.help' ? `"${path}" needs a command.` : message;
    return reportError(new UsageError(what, `See ${path} --help`), printer);
  }
}

/** `--json` counts also where the rest could not be understood. */
function guessOptions(argv: readonly string[], options: GlobalOptions): GlobalOptions {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  return { ...options, json: options.json ?? own.includes('--json') };
}

function openDoor(options: GlobalOptions, interrupts: Interrupts): Door {
  const environment = processInputs().env;
  const { stdout, stderr } = process;
  const printer = new Printer({
    stdout,
    stderr,
    json: options.json ?? false,
    quiet: options.quiet ?? false,
    verbose: options.verbose ?? false,
    hasColor: options.color !== false && stderr.isTTY && stdout.isTTY && stderr.hasColors(),
    canRedraw: environment['TERM'] !== 'dumb',
  });
  return { printer, interrupts, clock: systemClock, dataDir: options.dataDir, environment };
}

function endAtOnce(error: Error): void {
  if (isPipeBroken(error)) process.exit(0);
  throw error;
}

function isPipeBroken(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE';
}
