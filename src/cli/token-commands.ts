import { type Command, Option } from 'commander';
import { type Builder, example } from './builder.ts';
import { count } from './options.ts';

/** Add `token ...`. */
export function addTokenCommands(program: Command, { act }: Builder): void {
  const token = program
    .command('token')
    .description('API tokens: what programs use in place of a login')
    .helpCommand(false);
  token
    .command('create <name>')
    .description('make a token for a user; it is printed this once')
    .requiredOption('--user <user>', 'who the token acts for, by name or id')
    .addOption(
      new Option('--role <role>', "at most the user's (default: viewer)").choices([
        'viewer',
        'operator',
        'admin',
      ]),
    )
    .option('--session <id|name>', 'good for this session alone')
    .option('--days <number>', 'ends after so many days (default: never)', count)
    .addHelpText('after', example('token create nightly --user ann --role operator --days 90'))
    .action(async (name: string, options) => {
      await act(
        async (door) =>
          await (await import('./commands/token.ts')).tokenCreate(door, name, options),
      );
    });
  token
    .command('list')
    .description('list tokens, newest first; not what is secret in them')
    .option('--user <user>', 'only of this one')
    .addHelpText('after', example('token list --user ann'))
    .action(async (options) => {
      await act(
        async (door) => await (await import('./commands/token.ts')).tokenList(door, options),
      );
    });
  token
    .command('revoke <token-id>')
    .description('end a token, at once')
    .addHelpText('after', example('token revoke tok_01h2'))
    .action(async (id: string) => {
      await act(async (door) => await (await import('./commands/token.ts')).tokenRevoke(door, id));
    });
}
