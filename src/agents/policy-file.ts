import { join } from 'node:path';
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

/** Have an agent that goes on work under this request's policy, where it was started with one. */
export async function turnPolicy(request: AgentRequest): Promise<void> {
  const { path, content } = policyFile(request);
  if (await exists(path)) await writeFileAtomic(path, content, { durable: false, mode: 0o600 });
}
