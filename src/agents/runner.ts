import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemCode } from '../base/index.ts';
import type { AgentExit } from './agent.ts';

/** In the agent's home. */
export const EXIT_FILE = 'exit.json';

const script = fileURLToPath(new URL('../../agents/run-agent.sh', import.meta.url));

/** What the runner prints once it has written the exit down. */
export const EXIT_SENTINEL = '\u001B]7777;tmux-builder;exit;';

/** The pane's command: our runner with the agent's program and arguments behind it. */
export function runnerArgv(homeDir: string, argv: readonly string[]): readonly string[] {
  return ['/bin/sh', script, exitPath(homeDir), ...argv];
}

/** Read how the agent's process ended; undefined while nothing is written. */
export async function findExit(homeDir: string): Promise<AgentExit | undefined> {
  let content: string;
  try {
    content = await readFile(exitPath(homeDir), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  return parseExit(content);
}

/** A shell reports death by signal N as 128 + N. What cannot be read is unknown, never success. */
export function parseExit(content: string): AgentExit {
  const match = /"status":(?<status>\d+)/.exec(content);
  if (match?.groups === undefined) return { kind: 'unknown' };
  const status = Number(match.groups['status']);
  if (status > 128 && status <= 128 + 64) return { kind: 'signal', signal: status - 128 };
  return { kind: 'status', status };
}

export function exitPath(homeDir: string): string {
  return join(homeDir, EXIT_FILE);
}
