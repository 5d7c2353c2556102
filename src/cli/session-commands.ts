import { type Command, Option } from 'commander';
import { type Builder, example } from './builder.ts';
import { count, dollars, limit, tokenCount } from './options.ts';

/** Add `session ...`. */
export function addSessionCommands(program: Command, { act }: Builder): void {
  const session = program
    .command('session')
    .description('pieces of work and their directories')
    .helpCommand(false);
  session
    .command('create [name]')
    .description('make a session and its directory')
    .option('--name <name>', 'the same as the argument')
    .option('--agent <name>', 'its main agent, for "session start" (default: as for jobs)')
    .option('--concurrency <number>', 'its jobs that may run at once (default: no limit)', count)
    .option('--max-tokens <number>', 'for all its jobs together (default: no limit)', tokenCount)
    .option('--max-cost <usd>', 'what they may cost together (default: no limit)', dollars)
    .option('--start', 'start its main agent as well, and wait until it is ready')
    .addHelpText('after', example('session create shop --concurrency 2'))
    .action(async (name, options) => {
      await act(
        async (door) =>
          await (
            await import('./commands/session-create.ts')
          ).sessionCreate(door, { name, ...options }),
      );
    });
  session
    .command('list')
    .description('list sessions, newest first')
    .addOption(new Option('--status <status>', 'only those').choices(['active', 'archived']))
    .option('--limit <number>', 'how many (default: 50)', count)
    .option('--cursor <cursor>', 'go on where the page before ended')
    .option('--all', 'every page')
    .addHelpText('after', example('session list --status archived'))
    .action(async (options) => {
      await act(
        async (door) =>
          await (await import('./commands/session-list.ts')).sessionList(door, options),
      );
    });
  addBudget(session, { act });
  addSteps(session, { act });
  session
    .command('delete <session>')
    .description('delete an archived session for good: its files and its jobs')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', example('session delete shop --yes'))
    .action(async (reference: string, options) => {
      await act(
        async (door) =>
          await (
            await import('./commands/session-delete.ts')
          ).sessionDelete(door, reference, options),
      );
    });
}

function addBudget(session: Command, { act }: Pick<Builder, 'act'>): void {
  session
    .command('set <session>')
    .description('change what all its jobs together may use')
    .option('--max-tokens <number>', 'such as 200k or 1.5m; "none" lifts it', limit(tokenCount))
    .option('--max-cost <usd>', 'in US dollars; "none" lifts it', limit(dollars))
    .addHelpText(
      'after',
      example('session set shop --max-cost 20', 'session set shop --max-tokens none'),
    )
    .action(async (reference: string, options) => {
      await act(
        async (door) =>
          await (await import('./commands/session-set.ts')).sessionSet(door, reference, options),
      );
    });
}

const steps = [
  ['show', 'show a session and whether its main agent is healthy'],
  ['start', 'start its main agent and wait until it is ready'],
  ['stop', 'end its main agent'],
  ['recover', 'bring its main agent back to health; a healthy one is left alone'],
  ['archive', 'move it to deleted/, from where it can be restored'],
  ['restore', 'move an archived one back'],
] as const;

export type SessionStep = (typeof steps)[number][0];

function addSteps(session: Command, { act }: Pick<Builder, 'act'>): void {
  for (const [name, description] of steps) {
    session
      .command(`${name} <session>`)
      .description(description)
      .addHelpText('after', example(`session ${name} shop`))
      .action(async (reference: string) => {
        await act(
          async (door) =>
            await (await import('./commands/session-step.ts')).sessionStep(door, name, reference),
        );
      });
  }
}
