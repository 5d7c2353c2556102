import { fileURLToPath } from 'node:url';
import { extname } from 'node:path';
import type { AgentRequest } from '../agent.ts';
import { fixedDecision, formatPolicy } from '../policy.ts';
import { policyPath } from '../policy-file.ts';

type Asker = Pick<AgentRequest, 'policy' | 'mode'>;

/** What opencode would do unasked, though it reaches beyond the agent's own directories. */
const gated = ['bash', 'webfetch', 'websearch'];

/** What every tool is told alike; undefined when somebody has to be asked. */
export function fixedDecisionOf({ policy, mode }: Asker): 'allow' | 'deny' | undefined {
  // A conversation goes on under the policy of the next job.
  return mode === 'persistent' ? undefined : fixedDecision(policy);
}

/** The permissions, by opencode's names, that it is to ask for; those of MCP servers go with them. */
export function askedPermissions(request: Asker): readonly string[] {
  return fixedDecisionOf(request) === 'allow' ? [] : gated;
}

/** Whether rules may forbid what opencode would ask nobody for. */
export function checksTools({ policy, mode }: Asker): boolean {
  return mode === 'persistent' || formatPolicy(policy) !== '';
}

/** `.ts` when we run from the sources, `.js` when compiled. */
const extension = extname(import.meta.filename);
const checkProgram = fileURLToPath(new URL(`check-tool${extension}`, import.meta.url));
const checkScript = fileURLToPath(new URL('../../../agents/check-tool.sh', import.meta.url));

/** Program and arguments that check a tool by such rules. */
export function checkArgv({ homeDir }: Pick<AgentRequest, 'homeDir'>): readonly string[] {
  return ['/bin/sh', checkScript, policyPath(homeDir), process.execPath, checkProgram];
}
