import type { Command } from 'commander';
import { type Builder, example } from './builder.ts';

/** Add `asking` and `job answer`. */
export function addQuestionCommands(program: Command, { act }: Builder): void {
  program
    .command('asking')
    .description('list what agents ask a person now, the oldest first')
    .option('--job <job>', 'only of this job')
    .addHelpText('after', example('asking', 'job answer qst_01h2 allow'))
    .action(async (options) => {
      await act(async (door) => await (await import('./commands/asking.ts')).asking(door, options));
    });
  const job = program.commands.find((one) => one.name() === 'job');
  job
    ?.command('answer <question|job> <answer...>')
    .description('answer a question of an agent, or whatever that of a job asks now')
    .option('--message <text>', 'with deny: why, for the agent to read')
    .addHelpText(
      'after',
      example(
        'job answer qst_01h2 allow',
        'job answer qst_01h2 deny --message "Use the test database"',
        'job answer qst_01h2 2',
        'job answer job_01h2 "The one with the blue button"',
      ),
    )
    .action(async (id: string, answer: string[], options) => {
      await act(
        async (door) =>
          await (await import('./commands/job-answer.ts')).jobAnswer(door, { id, answer }, options),
      );
    });
}
