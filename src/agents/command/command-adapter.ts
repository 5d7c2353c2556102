import { findExecutable } from '../../base/index.ts';
import type { Adapter, Launch } from '../adapter.ts';
import type { AgentInstallation, AgentRequest } from '../agent.ts';
import { AgentNotFoundError, CommandWithoutOutputError } from '../errors.ts';

/**
 * Any program that reads a prompt file and writes an output file: `{prompt}` and `{output}` among
 * its arguments become their paths. Nothing is typed; its terminal is the pane. Exit status 0 is
 * the end of the work, any other status is a failure.
 */
export const commandAdapter: Adapter = {
  name: 'command',
  delivery: 'argv',
  doneBy: 'exit',
  graceMs: 1_000,
  interruptKeys: [],
  clearKeys: [],
  detect,
  launch,
  readScreen: () => ({ kind: 'unknown', detail: 'nothing is known of its screen' }),
  readEvent: () => undefined,
};

async function detect(): Promise<AgentInstallation> {
  return {
    name: 'command',
    isFound: true,
    path: undefined,
    version: undefined,
    readiness: 'yes',
    problem: undefined,
    todo: undefined,
  };
}

async function launch(request: AgentRequest): Promise<Launch> {
  const { command = [], exchange, environment } = request;
  const [name = '', ...rest] = command;
  // What it prints is for the pane: only a file can be the output.
  if (!rest.some((argument) => argument.includes('{output}'))) {
    throw new CommandWithoutOutputError(command);
  }
  const program = await findExecutable(name, environment);
  if (program === undefined) {
    const todo = 'Give its absolute path, or a name that is on the PATH of the agents';
    throw new AgentNotFoundError('command', name, todo);
  }
  const filled = rest.map((argument) =>
    argument.replaceAll(/\{(?<name>prompt|output)\}/g, (mark) =>
      mark === '{prompt}' ? exchange.promptPath : exchange.outputPath,
    ),
  );
  return { argv: [program, ...filled], environment: {}, files: [] };
}
