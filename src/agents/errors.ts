import { CodedError } from '../base/index.ts';
import type { AgentExit, Dialog } from './agent.ts';

/** No adapter has this name. */
export class UnknownAgentError extends CodedError {
  constructor(name: string, names: readonly string[]) {
    super('agent.unknown', `There is no agent named "${name}".`, {
      facts: { agent: name, known: names },
      todo: `Use one of: ${names.join(', ')}`,
    });
  }
}

/** The agent's program is not installed, or not where the configuration says. */
export class AgentNotFoundError extends CodedError {
  constructor(name: string, program: string, todo: string) {
    super('agent.not-found', `The agent ${name} is not installed: ${program} was not found.`, {
      facts: { agent: name, program },
      todo,
    });
  }
}

/** The `command` agent was given no program, or one that is not told where its output goes. */
export class CommandWithoutOutputError extends CodedError {
  constructor(command: readonly string[]) {
    const shown = command.length === 0 ? 'no program was given' : `it is: ${command.join(' ')}`;
    super(
      'agent.command-without-output',
      `The command does not say where its output goes; ${shown}`,
      {
        facts: { command },
        todo: 'Put {output} among its arguments: the program writes its answer to that file',
      },
    );
  }
}

/** The agent's process ended before it could take or finish its work. */
export class AgentExitedError extends CodedError {
  readonly exit: AgentExit;

  constructor(name: string, exit: AgentExit, screen: readonly string[]) {
    const lastLine = screen.findLast((row) => row.trim() !== '')?.trim() ?? '';
    const said = lastLine === '' ? '' : ` Its last line was: ${lastLine.slice(0, 200)}`;
    super('agent.exited', `The agent ${name} exited ${describeExit(exit)}.${said}`, {
      facts: { agent: name, exit, screen: screen.slice(-20) },
      todo: 'Start the same program by hand in that directory and read what it says',
    });
    this.exit = exit;
  }
}

/** A dialog is open that only a person may answer. */
export class AgentBlockedError extends CodedError {
  constructor(name: string, dialog: Dialog) {
    super('agent.blocked', `The agent ${name} asks (${dialog.kind}): ${dialog.question}`, {
      facts: { agent: name, dialog: dialog.kind, choices: dialog.choices },
      todo: todoFor(name, dialog.kind),
    });
  }
}

/** The agent's tmux server or pane is gone, and no record tells how its process ended. */
export class AgentLostError extends CodedError {
  constructor(name: string, socketPath: string, cause?: unknown) {
    super('agent.lost', `The agent ${name} is gone: nothing answers on ${socketPath}.`, {
      facts: { agent: name, socketPath },
      todo: 'Start it again; what it had in memory is lost',
      cause,
    });
  }
}

/** The instruction was handed over and no proof came that it arrived. */
export class NotDeliveredError extends CodedError {
  constructor(name: string, reason: string, enters: number) {
    super('agent.not-delivered', `The agent ${name} did not take the instruction: ${reason}.`, {
      facts: { agent: name, reason, enters },
      todo: 'End this agent and start a new one; asking again could do the work twice',
    });
  }
}

/** Somebody else's text stands in the composer; Enter would submit it together with ours. */
export class ComposerNotEmptyError extends CodedError {
  constructor(name: string) {
    super(
      'agent.composer-not-empty',
      `The agent ${name} has text in its composer that is not ours.`,
      {
        facts: { agent: name },
        todo: 'Submit or clear that text by hand (tmux-builder job attach), or start a new agent',
      },
    );
  }
}

/** A question was answered that the agent does not ask, or not any more. */
export class NoSuchQuestionError extends CodedError {
  constructor(name: string, question: string) {
    super('agent.no-such-question', `The agent ${name} does not ask this now: ${question}`, {
      facts: { agent: name, question },
      todo: 'Look at what it asks, if anything: tmux-builder asking',
    });
  }
}

/** The running turn did not stop. */
export class NotInterruptedError extends CodedError {
  constructor(name: string, reason: string) {
    super('agent.not-interrupted', `The agent ${name} was not interrupted: ${reason}.`, {
      facts: { agent: name, reason },
      todo: 'Attach and look, or cancel its job: that ends the agent',
    });
  }
}

/** No sign of work, and neither an interrupt nor a reminder changed that. */
export class AgentStalledError extends CodedError {
  constructor(name: string, stallMs: number) {
    super('agent.stalled', `The agent ${name} shows no sign of work for ${stallMs / 1000} s.`, {
      facts: { agent: name, stallMs },
      todo: 'Look at its last screen with tmux-builder job logs; raise stall_ms if it only thinks',
    });
  }
}

/** This kind of agent ends with its work, so it cannot hold a conversation. */
export class NotPersistentError extends CodedError {
  constructor(name: string) {
    super('agent.not-persistent', `The agent ${name} takes one prompt and ends.`, {
      facts: { agent: name },
      todo: 'Use another agent for the conversation of a session, such as claude',
    });
  }
}

/** A process outlived SIGKILL: it waits for a disk or a device. */
export class AgentSurvivesError extends CodedError {
  constructor(pids: readonly number[]) {
    super('agent.survives', `Processes of the agent do not end: ${pids.join(', ')}.`, {
      facts: { pids },
      todo: 'Do not use their directory for anything else until they are gone',
    });
  }
}

/** The agent was not ready in time. */
export class StartTimeoutError extends CodedError {
  constructor(name: string, limitMs: number) {
    super('agent.start-timeout', `The agent ${name} was not ready after ${limitMs / 1000} s.`, {
      facts: { agent: name, limitMs },
      todo: 'Look at its screen, or raise the limit for the start in the configuration',
    });
  }
}

/** Say how a process ended, to follow `The agent exited`. */
export function describeExit(exit: AgentExit): string {
  switch (exit.kind) {
    case 'status':
      return `with status ${exit.status}`;
    case 'signal':
      return `by signal ${exit.signal}`;
    case 'unknown':
      return 'without a status';
    default:
      return exit satisfies never;
  }
}

function todoFor(name: string, dialogKind: string): string {
  switch (dialogKind) {
    case 'trust':
      return `Start ${name} once by hand in that directory and say whether you trust it`;
    case 'login':
    case 'api-key':
      return `Log in: start ${name} once by hand, or set its API key in the environment`;
    case 'permission':
      return 'Attach and answer, or run the job with a permission policy (allow or deny)';
    default:
      return `Attach and answer, or start ${name} once by hand and answer it there`;
  }
}
