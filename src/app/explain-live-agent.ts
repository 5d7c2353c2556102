import type { ExplanationView } from '../contract/index.ts';
import type { AppContext } from './context.ts';
import { explainAgent } from './explain-agent.ts';
import { getAgent } from './live-agents.ts';
import { toTime } from './to-time.ts';

/**
 * Say what an agent does now and on what evidence; whoever drives it is not disturbed.
 *
 * @throws {CodedError} `live-agent.not-found`, and what `explainAgent` throws.
 */
export async function explainLiveAgent(
  ctx: AppContext,
  agentId: string,
  signal: AbortSignal,
): Promise<ExplanationView> {
  const { id, facts, record } = await getAgent(ctx, agentId, signal);
  const subjectId = record === undefined ? (facts.work?.job.id ?? id) : facts.sessionId;
  const { subject, adapter, state, evidence } = await explainAgent(ctx, subjectId, signal);
  return {
    agent_id: id,
    subject,
    agent: adapter,
    state: state.kind,
    evidence: evidence.map((one) => ({
      source: one.evidence.source,
      // 0 stands for a moment that was not noted.
      at: one.evidence.at === 0 ? null : toTime(one.evidence.at),
      says: one.speaksFor ?? '',
      detail: one.evidence.detail,
      outranked_by: one.outranked ?? null,
    })),
  };
}
