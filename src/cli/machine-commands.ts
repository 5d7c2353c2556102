import type { Command } from 'commander';
import { type Builder, example } from './builder.ts';
import { count } from './options.ts';

/** Add the commands about this machine and this program. */
export function addMachineCommands(program: Command, builder: Builder): void {
  const { act } = builder;
  program
    .command('agents')
    .description('list the agents: installed, which version, ready to use?')
    .addHelpText('after', example('agents'))
    .action(async () => {
      await act(async (door) => await (await import('./commands/agents.ts')).agents(door));
    });
  program
    .command('doctor')
    .description('look at tmux, agents, disk and versions, and say what to do about each')
    .addHelpText('after', example('doctor'))
    .action(async () => {
      await act(async (door) => await (await import('./commands/doctor.ts')).doctor(door));
    });
  program
    .command('templates')
    .description('list the templates of jobs; yours lie in DATA_DIR/templates')
    .addHelpText('after', example('templates'))
    .action(async () => {
      await act(async (door) => await (await import('./commands/templates.ts')).templates(door));
    });
  addConfigCommands(program, builder);
  addWorkCommands(program, builder);
  addHelpCommands(program, builder);
}

function addConfigCommands(program: Command, { act }: Builder): void {
  const config = program
    .command('config')
    .description('read and change the configuration')
    .helpCommand(false);
  config
    .command('list', { isDefault: true })
    .description('list every key, its value, and where the value comes from')
    .addHelpText('after', example('config list'))
    .action(async () => {
      await act(async (door) => await (await import('./commands/config.ts')).configList(door));
    });
  config
    .command('get <key>')
    .description('print one value')
    .addHelpText('after', example('config get concurrency'))
    .action(async (key: string) => {
      await act(async (door) => await (await import('./commands/config.ts')).configGet(door, key));
    });
  config
    .command('set <key> <value>')
    .description('write one value into the config file')
    .addHelpText('after', example('config set concurrency 8'))
    .action(async (key: string, value: string) => {
      await act(
        async (door) => await (await import('./commands/config.ts')).configSet(door, key, value),
      );
    });
  config
    .command('unset <key>')
    .description('remove one value from the config file, so that its default holds')
    .addHelpText('after', example('config unset concurrency'))
    .action(async (key: string) => {
      await act(
        async (door) => await (await import('./commands/config.ts')).configUnset(door, key),
      );
    });
  config
    .command('path')
    .description('print where the config file lies')
    .addHelpText('after', example('config path'))
    .action(async () => {
      await act(async (door) => await (await import('./commands/config.ts')).configPath(door));
    });
}

function addWorkCommands(program: Command, { act }: Builder): void {
  program
    .command('worker')
    .description('do queued jobs until stopped; agents left by a dead worker are taken over')
    .option('--concurrency <number>', 'jobs at once (default: from the configuration, 4)', count)
    .option('--until-idle', 'end when every job is settled, delayed ones too')
    .option('--drain', 'when stopped, finish the jobs that run (default: leave their agents alone)')
    .addHelpText('after', example('worker --concurrency 8', 'worker --until-idle'))
    .action(async (options) => {
      await act(async (door) => await (await import('./commands/worker.ts')).worker(door, options));
    });
  program
    .command('backup <directory>')
    .description('copy the data directory into a new directory, while everything runs')
    .addHelpText('after', example('backup /var/backups/tmux-builder/monday'))
    .action(async (directory: string) => {
      await act(
        async (door) => await (await import('./commands/backup.ts')).backup(door, directory),
      );
    });
  program
    .command('restore <backup>')
    .description('put a backup into an empty data directory')
    .addHelpText('after', example('--data-dir ~/restored restore /var/backups/tmux-builder/monday'))
    .action(async (from: string) => {
      await act(async (door) => await (await import('./commands/restore.ts')).restore(door, from));
    });
  program
    .command('bench [args...]')
    .description('measure this program on this machine (in a clone of its repository)')
    .allowUnknownOption()
    .addHelpText('after', example('bench --json'))
    .action(async (args: string[]) => {
      await act(async (door) => await (await import('./commands/bench.ts')).bench(door, args));
    });
}

function addHelpCommands(program: Command, { act }: Builder): void {
  program
    .command('completion <shell>')
    .description('print a completion script for bash, zsh or fish')
    .addHelpText(
      'after',
      example(
        'completion bash >> ~/.bashrc',
        'completion zsh >> ~/.zshrc',
        'completion fish > ~/.config/fish/completions/tmux-builder.fish',
      ),
    )
    .action(async (shell: string) => {
      await act(
        async (door) =>
          await (await import('./commands/completion.ts')).completion(door, program, shell),
      );
    });
  program
    .command('help [words...]')
    .description('explain a command, or "exit-codes"')
    .addHelpText('after', example('help job add', 'help exit-codes'))
    .action(async (words: string[]) => {
      await act(
        async (door) => await (await import('./commands/help.ts')).help(door, program, words),
      );
    });
}
