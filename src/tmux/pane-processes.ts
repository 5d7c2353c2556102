import {
  type Clock,
  endProcesses,
  findByEnvironment,
  findProcess,
  findProcessTree,
  type ProcessIdentity,
} from '../base/index.ts';
import { OldProcessAliveError } from './errors.ts';
import type { PaneId } from './ids.ts';
import type { TmuxLink } from './link.ts';
import { procPids, procWords } from './proc-files.ts';
import type { PaneInfo } from './snapshot.ts';

/**
 * Find every process of some panes: the programs, their children, and (Linux) those that left the
 * tree but still carry the pane's TMUX and TMUX_PANE in their environment.
 */
export async function paneProcesses(
  link: TmuxLink,
  panes: readonly Pick<PaneInfo, 'id' | 'pid' | 'session'>[],
): Promise<readonly ProcessIdentity[]> {
  const found = new Map<number, ProcessIdentity>();
  for (const pane of panes) {
    const root = await findProcess(pane.pid);
    const tree = root === undefined ? [] : await findProcessTree(root);
    const strays = strayProcesses(link, pane.id);
    for (const one of [...tree, ...strays]) found.set(one.pid, one);
  }
  found.delete(link.generation.pid);
  return [...found.values()];
}

function strayProcesses(link: TmuxLink, pane: PaneId): readonly ProcessIdentity[] {
  const serverPid = String(link.generation.pid);
  return findByEnvironment('TMUX_PANE', pane).filter(({ pid }) => serverOf(pid) === serverPid);
}

/** The server pid in `TMUX=socket,pid,session`; a socket's path may hold commas. */
function serverOf(pid: number): string | undefined {
  const tmux = procWords(pid, 'environ').find((entry) => entry.startsWith('TMUX='));
  return tmux?.split(',').at(-2);
}

/** Processes that say in their environment that they come from a server (Linux). */
export async function strayServerProcesses(
  socketPath: string,
  serverPid: number,
): Promise<readonly ProcessIdentity[]> {
  const prefix = `TMUX=${socketPath},${serverPid},`;
  const pids = procPids().filter((pid) =>
    procWords(pid, 'environ').some((entry) => entry.startsWith(prefix)),
  );
  const found = await Promise.all(pids.map(findProcess));
  return found.filter((one) => one !== undefined);
}

/**
 * End processes and prove it.
 *
 * @throws {OldProcessAliveError} some outlived SIGKILL.
 */
export async function endPaneProcesses(
  pane: string,
  processes: readonly ProcessIdentity[],
  { clock, graceMs }: { readonly clock: Clock; readonly graceMs: number },
  signal: AbortSignal,
): Promise<void> {
  const left = await endProcesses(processes, { clock, graceMs }, signal);
  if (left.length > 0)
    throw new OldProcessAliveError(
      pane,
      left.map(({ pid }) => pid),
    );
}
