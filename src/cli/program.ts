import { Command } from 'commander';
import { type Builder, example, type Perform } from './builder.ts';
import { addAgentCommands } from './agent-commands.ts';
import { addAuditCommands } from './audit-commands.ts';
import { addJobCommands } from './job-commands.ts';
import { addMachineCommands } from './machine-commands.ts';
import { addRecordingCommands } from './recording-commands.ts';
import { addQuestionCommands } from './question-commands.ts';
import { addServeCommand } from './serve-command.ts';
import { addSessionCommands } from './session-commands.ts';
import { addSiteCommands } from './site-commands.ts';
import { addTokenCommands } from './token-commands.ts';
import { addUsageCommands } from './usage-commands.ts';
import { addUserCommands } from './user-commands.ts';
import { ownVersion } from './version.ts';

/** Build the tree of commands. Their code is loaded when one of them runs. */
export function buildProgram(argv: readonly string[], perform: Perform): Command {
  const program = new Command('tmux-builder');
  program
    .description(
      'Runs CLI coding agents as durable jobs in tmux: a prompt file in, an output file out.',
    )
    .version(ownVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .option('--data-dir <dir>', 'where everything is kept (or TMUX_BUILDER_DATA_DIR)')
    .option('--json', 'print one JSON value on stdout')
    .option('-q, --quiet', 'say nothing on stderr but errors')
    .option('-v, --verbose', 'log everything to stderr')
    .option('--no-color', 'no colours (they appear only on a terminal; NO_COLOR works too)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError()
    .exitOverride()
    .helpCommand(false);
  const end = argv.indexOf('--');
  const builder: Builder = {
    act: async (action) => await perform(program.opts(), action),
    tail: end === -1 ? [] : argv.slice(end + 1),
  };
  addJobCommands(program, builder);
  addAgentCommands(program, builder);
  addQuestionCommands(program, builder);
  addSessionCommands(program, builder);
  addSiteCommands(program, builder);
  addRecordingCommands(program, builder);
  addUsageCommands(program, builder);
  addServeCommand(program, builder);
  addUserCommands(program, builder);
  addTokenCommands(program, builder);
  addAuditCommands(program, builder);
  addMachineCommands(program, builder);
  program.addHelpText('after', example('run "Say hello and list three uses of tmux"', 'doctor'));
  return program;
}

/** Name the command that these arguments name, as far as they name one: `tmux-builder job add`. */
export function findPath(program: Command, words: readonly string[]): string {
  let command = program;
  let path = program.name();
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) continue;
    command = next;
    path = `${path} ${word}`;
  }
  return path;
}
