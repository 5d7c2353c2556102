import type { AgentRequest } from '../agent.ts';
import { fixedDecisionOf } from '../policy.ts';

/** What opencode would do unasked, though it reaches beyond the agent's own directories. */
const gated = ['bash', 'webfetch', 'websearch'];

/** The permissions, by opencode's names, that it is to ask for; those of MCP servers go with them. */
export function askedPermissions(
  request: Pick<AgentRequest, 'policy' | 'mode'>,
): readonly string[] {
  return fixedDecisionOf(request) === 'allow' ? [] : gated;
}
