import { type Command, Option } from 'commander';
import { type Builder, example } from './builder.ts';
import { duration } from './options.ts';

/** Add `chat` and `agent ...`. */
export function addAgentCommands(program: Command, { act }: Builder): void {
  program
    .command('chat <session> [message]')
    .description("talk with a session's main agent, which keeps one conversation")
    .option('--agent <name>', 'its agent, when none is there yet (default: as for jobs)')
    .addOption(
      new Option('--permission <policy>', 'what an agent is told that asks (default: ask)').choices(
        ['ask', 'allow', 'deny'],
      ),
    )
    .option('--time-limit <duration>', 'for one answer (default: 5m)', duration)
    .option('--history', 'print what was said so far')
    .addHelpText(
      'after',
      example('chat shop "Make the header blue"', 'chat shop', 'chat shop --history'),
    )
    .action(async (session: string, message: string | undefined, options) => {
      await act(
        async (door) =>
          await (await import('./commands/chat.ts')).chat(door, session, message, options),
      );
    });
  const agent = program.command('agent').description('look into single agents').helpCommand(false);
  agent
    .command('explain <job|session>')
    .description('say what an agent does now, on what evidence, and what outranked the rest')
    .addHelpText('after', example('agent explain job_01h2', 'agent explain shop --json'))
    .action(async (id: string) => {
      await act(
        async (door) => await (await import('./commands/agent-explain.ts')).agentExplain(door, id),
      );
    });
}
