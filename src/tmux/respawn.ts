import type { TmuxLink } from './link.ts';
import { endPaneProcesses, paneProcesses } from './pane-processes.ts';
import { type PaneProgram, pipeCommand, programArguments } from './pane-program.ts';
import type { PaneInfo } from './snapshot.ts';

export interface RespawnOptions extends PaneProgram {
  /** How long the old processes may take to end by themselves after SIGTERM. */
  readonly graceMs?: number;
}

/**
 * Start another program in a pane, in place of the one before. tmux alone would leave an old
 * program that ignores SIGHUP running beside it; here every old process is proven gone first.
 *
 * @throws {OldProcessAliveError} an old process cannot be ended; nothing was started.
 */
export async function respawnPane(
  link: TmuxLink,
  pane: PaneInfo,
  options: RespawnOptions,
  signal: AbortSignal,
): Promise<void> {
  const { graceMs = 2_000, stream } = options;
  const program = await programArguments(options);
  // Without this the pane would close as soon as its program is gone.
  await link.command(['set-option', '-p', '-t', pane.id, 'remain-on-exit', 'on'], signal);
  const processes = await paneProcesses(link, [pane]);
  await endPaneProcesses(pane.id, processes, { clock: link.clock, graceMs }, signal);
  const commands = [['respawn-pane', '-k', '-t', pane.id, ...program]];
  if (stream !== undefined) {
    commands.push(['pipe-pane', '-O', '-t', pane.id, pipeCommand(stream)]);
  }
  await link.sequence(commands, signal);
}
