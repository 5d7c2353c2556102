import { join } from 'node:path';
import type { AgentRequest } from '../agents/index.ts';
import { exchangeOf } from './exchange.ts';
import type { Lease } from './lease.ts';
import { mainAgentRequest, type MainAgentPlace, readMainAgent } from './main-agent.ts';
import type { AttemptTools } from './perform-attempt.ts';

type RequestTools = Pick<AttemptTools, 'sessionDir' | 'agentEnvironment'>;

/** What starts or adopts the attempt's agent; undefined when the session has no main agent. */
export async function requestOf(
  lease: Pick<Lease, 'job' | 'attempt'>,
  tools: RequestTools,
): Promise<AgentRequest | undefined> {
  if (lease.job.mode === 'one-shot') return oneShotRequest(lease, tools);
  const record = await readMainAgent(tools.sessionDir(lease.job.sessionId));
  if (record === undefined) return undefined;
  return mainAgentRequest(record, placeOf(lease, tools));
}

/**
 * What an attempt's agent is looked at with, also when its session has another main agent by now,
 * or none; undefined when no agent has run for it.
 */
export async function lookRequestOf(
  lease: Pick<Lease, 'job' | 'attempt'>,
  tools: RequestTools,
): Promise<AgentRequest | undefined> {
  const { job, attempt } = lease;
  if (job.mode === 'one-shot' || attempt.address === undefined) {
    return await requestOf(lease, tools);
  }
  const { homeDir, address } = attempt;
  const { socketPath } = address;
  return { ...oneShotRequest(lease, tools), mode: 'persistent', homeDir, socketPath };
}

/** What starts or adopts the agent of a one-shot. */
export function oneShotRequest(
  { job, attempt }: Pick<Lease, 'job' | 'attempt'>,
  tools: RequestTools,
): AgentRequest {
  return {
    adapter: job.agent,
    exchange: exchangeOf({ job, attempt }),
    mode: 'one-shot',
    homeDir: attempt.exchangeDir,
    exchangeDirs: [attempt.exchangeDir],
    directory: job.directory ?? join(tools.sessionDir(job.sessionId), 'source'),
    isDirectoryOurs: job.directory === undefined,
    environment: tools.agentEnvironment,
    socketPath: attempt.socketPath,
    runId: attempt.runId,
    conversationId: attempt.conversationId,
    resume: attempt.resumes,
    model: job.model,
    policy: { otherwise: job.permission, rules: job.permissionRules },
    command: job.command,
  };
}

/** What a main agent is to work on for this attempt. */
export function placeOf(
  lease: Pick<Lease, 'job' | 'attempt'>,
  { sessionDir, agentEnvironment }: RequestTools,
): MainAgentPlace {
  const { job } = lease;
  return {
    exchange: exchangeOf(lease),
    sessionDir: sessionDir(job.sessionId),
    environment: agentEnvironment,
    policy: { otherwise: job.permission, rules: job.permissionRules },
  };
}
