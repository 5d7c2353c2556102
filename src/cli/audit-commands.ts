import type { Command } from 'commander';
import { type Builder, example } from './builder.ts';
import { count } from './options.ts';

/** Add `audit ...`. */
export function addAuditCommands(program: Command, { act }: Builder): void {
  const audit = program
    .command('audit')
    .description('who did what: a log in which each entry holds the hash of the one before')
    .helpCommand(false);
  audit
    .command('list')
    .description('list entries, newest first')
    .option('--action <action>', 'only this one; with a dot at its end all that begin so')
    .option('--user <user>', 'only what this user did, by name or id')
    .option('--subject <id>', 'only what was done to this job, session, user, ...')
    .option('--limit <number>', 'how many (default: 50)', count)
    .option('--cursor <cursor>', 'go on where the page before ended')
    .option('--all', 'every page')
    .addHelpText('after', example('audit list --action login.', 'audit list --subject job_01h2'))
    .action(async (options) => {
      await act(
        async (door) => await (await import('./commands/audit.ts')).auditList(door, options),
      );
    });
  audit
    .command('verify')
    .description('check that no entry was changed, removed or cut off; exit code 1 when one was')
    .addHelpText('after', example('audit verify'))
    .action(async () => {
      await act(async (door) => await (await import('./commands/audit.ts')).auditVerify(door));
    });
}
