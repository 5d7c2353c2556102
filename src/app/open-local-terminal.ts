import { CodedError, findExecutable } from '../base/index.ts';
import { attachCommand } from './attach.ts';
import type { AppContext } from './context.ts';
import { type DesktopEnvironment, hasDesktop, startDetached } from './desktop.ts';
import { findTerminal } from './live-agents.ts';
import { shellCommand } from './shell-command.ts';

export interface LocalTerminal {
  readonly command: string[];
  readonly read_only: boolean;
  /** `command_only`: there is no desktop, or no terminal program that we know. */
  readonly status: 'terminal_opened' | 'command_only';
}

/**
 * Say how to look at an agent, and open a terminal that does so where the server runs on
 * somebody's desktop.
 *
 * @throws {CodedError} `live-agent.not-found`, `job.no-agent`, `session.no-agent` when it is not alive.
 */
export async function openLocalTerminal(
  ctx: AppContext,
  agentId: string,
  { isReadOnly }: { readonly isReadOnly: boolean },
  signal: AbortSignal,
): Promise<LocalTerminal> {
  const { pane } = await findTerminal(ctx, agentId, signal);
  if (pane === undefined) throw notAlive(agentId);
  const command = [...attachCommand(pane.socketPath, isReadOnly)];
  const argv = await findOpener(ctx.desktopEnvironment, process.platform, command);
  const isOpened = argv !== undefined && (await startDetached(argv, ctx.desktopEnvironment));
  return { command, read_only: isReadOnly, status: isOpened ? 'terminal_opened' : 'command_only' };
}

/** Terminal programs of desktops, and what goes between them and a command, in our order. */
const terminals: readonly (readonly [string, ...string[]])[] = [
  ['gnome-terminal', '--'],
  ['konsole', '-e'],
  ['xfce4-terminal', '-x'],
  ['kitty'],
  ['alacritty', '-e'],
  ['foot'],
  ['wezterm', 'start', '--'],
  ['x-terminal-emulator', '-e'],
  ['xterm', '-e'],
];

/** Argument list that shows a command in a window; undefined where none can be opened. */
export async function findOpener(
  environment: DesktopEnvironment,
  platform: string,
  command: readonly string[],
): Promise<readonly string[] | undefined> {
  if (!hasDesktop(environment, platform)) return undefined;
  if (platform === 'darwin') return ['osascript', '-e', macScript, shellCommand(command)];
  for (const [program, ...between] of terminals) {
    const path = await findExecutable(program, environment);
    if (path !== undefined) return [path, ...between, ...command];
  }
  return undefined;
}

/** Terminal.app takes a line for its shell; it comes as an argument, quoted by us. */
const macScript = `on run argv
  tell application "Terminal"
    do script (item 1 of argv)
    activate
  end tell
end run`;

function notAlive(agentId: string): CodedError {
  const message = `The agent ${agentId} has no terminal now.`;
  const todo = 'Look at its recording: it shows all that was printed';
  const options = { facts: { agentId }, todo };
  return agentId.startsWith('job_')
    ? new CodedError('job.no-agent', message, options)
    : new CodedError('session.no-agent', message, options);
}
