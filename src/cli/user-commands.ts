import { type Command, Option } from 'commander';
import { type Builder, example } from './builder.ts';
import { count } from './options.ts';

const roles = ['viewer', 'operator', 'admin'] as const;

/** Add `user ...`. Whoever may use the data directory acts as an admin. */
export function addUserCommands(program: Command, { act }: Builder): void {
  const user = program
    .command('user')
    .description('who may log in to the dashboard, and what they may do')
    .helpCommand(false);
  user
    .command('list')
    .description('list users, newest first')
    .option('--limit <number>', 'how many (default: 50)', count)
    .option('--cursor <cursor>', 'go on where the page before ended')
    .option('--all', 'every page')
    .addHelpText('after', example('user list'))
    .action(async (options) => {
      await act(async (door) => await (await import('./commands/user.ts')).userList(door, options));
    });
  user
    .command('add <name>')
    .description('make a user, and print the one-time link by which they set a password')
    .addOption(new Option('--role <role>', 'what they may do (default: operator)').choices(roles))
    .addHelpText('after', example('user add ann@example.org --role viewer'))
    .action(async (name: string, options) => {
      await act(
        async (door) => await (await import('./commands/user.ts')).userAdd(door, name, options),
      );
    });
  user
    .command('set <user>')
    .description('change a role, disable somebody, or let them in again')
    .addOption(new Option('--role <role>', 'what they may do').choices(roles))
    .option('--disable', 'end their logins and API tokens, and let them log in no more')
    .addOption(new Option('--enable', 'let them log in again').conflicts('disable'))
    .addHelpText('after', example('user set ann --role admin', 'user set bob --disable'))
    .action(async (name: string, options) => {
      await act(
        async (door) => await (await import('./commands/user.ts')).userSet(door, name, options),
      );
    });
  user
    .command('reset <user>')
    .description('print a new one-time link for somebody who forgot their password')
    .addHelpText('after', example('user reset ann'))
    .action(async (name: string) => {
      await act(async (door) => await (await import('./commands/user.ts')).userReset(door, name));
    });
}
