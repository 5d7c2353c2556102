import { readFile, stat } from 'node:fs/promises';
import { findProcess, findProcessTree, systemCode } from '../base/index.ts';
import type { Adapter, StatusReading } from './adapter.ts';
import type { AgentRequest } from './agent.ts';

/** The agent's own process: the first child of the runner, which is the pane's process. */
export async function findAgentPid(panePid: number): Promise<number | undefined> {
  const runner = await findProcess(panePid);
  const tree = runner === undefined ? [] : await findProcessTree(runner);
  return tree[1]?.pid;
}

export interface Status {
  /** Undefined when the file is not there or says nothing certain. */
  readonly reading: StatusReading | undefined;
  /** Wall time in ms; 0 when it is not there. */
  readonly writtenAt: number;
}

/** Read the status file that a CLI keeps for its process; undefined where it keeps none. */
export async function findStatus(
  { statusFile }: Adapter,
  request: AgentRequest,
  pid: number | undefined,
): Promise<Status | undefined> {
  if (statusFile === undefined || pid === undefined) return undefined;
  const path = statusFile.path(request, pid);
  try {
    const { mtimeMs } = await stat(path);
    const reading = statusFile.read(await readFile(path, 'utf8'));
    return { reading, writtenAt: Math.floor(mtimeMs) };
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return { reading: undefined, writtenAt: 0 };
  }
}
