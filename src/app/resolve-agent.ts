import { CodedError } from '../base/index.ts';
import type { Template } from '../jobs/index.ts';
import type { AppContext } from './context.ts';

interface Wish {
  readonly agent?: string | undefined;
  readonly command?: readonly string[] | undefined;
}

/**
 * Choose the agent of a job: the one it names, `command` when it has a command, the template's,
 * the configured one; `auto` is `claude` where that is installed and `demo` otherwise.
 */
export async function resolveAgent(
  ctx: AppContext,
  { agent, command }: Wish,
  template: Pick<Template, 'agent'>,
  signal: AbortSignal,
): Promise<string> {
  const wanted =
    agent ?? (command === undefined ? (template.agent ?? ctx.config.defaultAgent) : 'command');
  const name = wanted === 'auto' ? await findDefaultAgent(ctx, signal) : wanted;
  // Which refuses an unknown name; a known one is looked at when its job begins.
  if (!ctx.agents.names.includes(name)) await ctx.agents.detect(name, signal);
  if ((name === 'command') !== (command !== undefined)) {
    throw new CodedError(
      'job.bad-command',
      name === 'command'
        ? 'The agent "command" needs a program to run.'
        : `The agent "${name}" takes no command.`,
      {
        facts: { agent: name },
        todo: 'Use --agent command -- PROGRAM ARGS {prompt} {output}',
      },
    );
  }
  if (command !== undefined && !command.some((word) => word.includes('{output}'))) {
    const { CommandWithoutOutputError } = await import('../agents/index.ts');
    throw new CommandWithoutOutputError(command);
  }
  return name;
}

/** `claude` when its program is installed, otherwise the built-in demo agent. */
export async function findDefaultAgent(
  { agents }: AppContext,
  signal: AbortSignal,
): Promise<string> {
  const claude = await agents.detect('claude', signal);
  return claude.isFound ? 'claude' : 'demo';
}
