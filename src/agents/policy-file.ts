import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists, writeFileAtomic } from '../base/index.ts';
import type { LaunchFile } from './adapter.ts';
import type { AgentRequest } from './agent.ts';
import { formatPolicy } from './policy.ts';

/** Where a program that an agent calls finds the policy of the job that it works on. */
export function policyPath(homeDir: string): string {
  return join(homeDir, 'agent', 'policy.json');
}

export function policyFile({ homeDir, policy }: AgentRequest): LaunchFile {
  return { path: policyPath(homeDir), content: formatPolicy(policy) };
}

/** Whether each use of a tool is to be checked: a conversation's next job may have rules, too. */
export function checksTools({ policy, mode }: Pick<AgentRequest, 'policy' | 'mode'>): boolean {
  return mode === 'persistent' || formatPolicy(policy) !== '';
}

/** `.ts` when we run from the sources, `.js` when compiled. */
const extension = extname(import.meta.filename);

/**
 * Program and arguments that check a tool by the policy file: a script of `agents/`, beside `src`
 * and `dist` alike, which calls the adapter's `check-tool` where there is something to check.
 */
export function checkArgv(
  { homeDir }: Pick<AgentRequest, 'homeDir'>,
  adapter: 'claude' | 'codex' | 'opencode',
  script: 'check-tool.sh' | 'codex-check.sh' = 'check-tool.sh',
): readonly string[] {
  const scriptPath = fileURLToPath(new URL(`../../agents/${script}`, import.meta.url));
  const program = fileURLToPath(new URL(`${adapter}/check-tool${extension}`, import.meta.url));
  return ['/bin/sh', scriptPath, policyPath(homeDir), process.execPath, program];
}

/** Have an agent that goes on work under this request's policy, where it was started with one. */
export async function turnPolicy(request: AgentRequest): Promise<void> {
  const { path, content } = policyFile(request);
  if (await exists(path)) await writeFileAtomic(path, content, { durable: false, mode: 0o600 });
}
