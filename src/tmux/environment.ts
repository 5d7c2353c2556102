import { UnknownVariableError } from './command-errors.ts';
import { BadArgumentError } from './errors.ts';
import type { SessionId } from './ids.ts';
import type { TmuxLink } from './link.ts';
import { variableName } from './pane-program.ts';

/** Set a variable for the programs that a session will start; those that run keep their own. */
export async function setVariable(
  link: TmuxLink,
  session: SessionId,
  { name, value }: { readonly name: string; readonly value: string },
  signal: AbortSignal,
): Promise<void> {
  if (name.startsWith('-')) throw new BadArgumentError('not the name of a variable', name);
  await link.command(['set-environment', '-t', session, '--', variableName(name), value], signal);
}

/** Take a variable away from later programs, even where the server's own environment has it. */
export async function removeVariable(
  link: TmuxLink,
  session: SessionId,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  await link.command(['set-environment', '-r', '-t', session, '--', variableName(name)], signal);
}

/** Forget what a session says of a variable; the server's value counts again. */
export async function unsetVariable(
  link: TmuxLink,
  session: SessionId,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  await link.command(['set-environment', '-u', '-t', session, '--', variableName(name)], signal);
}

/**
 * Read what a session says of variables: a value, or undefined for one that is taken away.
 * Values with line ends come apart in tmux's listing, so each is read by name.
 */
export async function listVariables(
  link: TmuxLink,
  session: SessionId,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string | undefined>> {
  const names = (await link.command(['show-environment', '-t', session], signal)).flatMap(
    (line) => /^-?([A-Za-z_]\w*)(?==|$)/.exec(line)?.[1] ?? [],
  );
  const variables = new Map<string, string | undefined>();
  for (const name of names) {
    const text = await findVariable(link, session, name, signal);
    if (text === `-${name}`) variables.set(name, undefined);
    else if (text?.startsWith(`${name}=`) === true)
      variables.set(name, text.slice(name.length + 1));
  }
  return variables;
}

async function findVariable(
  link: TmuxLink,
  session: SessionId,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const command = ['show-environment', '-t', session, '--', name];
    return (await link.command(command, signal)).join('\n');
  } catch (error) {
    // A part of another variable's value that looked like a name.
    if (error instanceof UnknownVariableError) return undefined;
    throw error;
  }
}
