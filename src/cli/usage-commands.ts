import { type Command, Option } from 'commander';
import type { UsageGroup } from '../app/index.ts';
import { type Builder, example } from './builder.ts';
import { duration } from './options.ts';

const groups: readonly UsageGroup[] = ['job', 'session', 'model', 'day', 'agent'];

/** Add `usage`. */
export function addUsageCommands(program: Command, { act }: Builder): void {
  program
    .command('usage')
    .description('say how many tokens agents used, and what they cost by the price list')
    .option('--session <id|name>', 'only jobs of this session')
    .option('--since <duration>', 'only attempts begun no longer ago (default: all)', duration)
    .addOption(new Option('--by <group>', 'how to group them (default: session)').choices(groups))
    .addHelpText('after', example('usage --since 7d --by day', 'usage --by model --json'))
    .action(async (options) => {
      await act(async (door) => await (await import('./commands/usage.ts')).usage(door, options));
    });
}
