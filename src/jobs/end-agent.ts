import type { Agent } from '../agents/index.ts';
import { CodedError, hasCode } from '../base/index.ts';
import { BudgetError } from './budget.ts';
import { listAttempts } from './find-job.ts';
import type { Lease } from './lease.ts';
import { readMainAgent } from './main-agent.ts';
import { requestOf } from './attempt-request.ts';
import type { AttemptTools } from './perform-attempt.ts';

/** Ending is never cut short: half an end is what the next start would have to mend. */
const never = new AbortController().signal;

/**
 * Leave nothing of a failed attempt running. A one-shot agent is ended, proven gone; a main agent
 * keeps its conversation: its turn is stopped, and only one that does not stop, is broken, or has
 * used up a budget is ended.
 *
 * @throws {AgentSurvivesError} a process outlives SIGKILL. The job then neither ends nor is tried
 * again, because its directory is in use: the lease runs out, and whoever takes over tries anew.
 */
export async function endAgentOf(lease: Lease, tools: AttemptTools, why: unknown): Promise<void> {
  const { job, attempt } = lease;
  try {
    if (job.mode === 'one-shot') await tools.agents.clear(attempt, never);
    else if (why instanceof BudgetError || isBroken(why)) await endMainAgent(lease, tools);
    else await quietMainAgent(lease, tools);
  } catch (error) {
    if (hasCode(error, 'agent.survives')) {
      const data = { attempt: attempt.number, message: error.message };
      const event = { stream: job.id, kind: 'attempt.survives', at: tools.clock.now(), data };
      await tools.store.write(async (sql) => await sql.append(event), never);
    }
    throw error;
  }
}

/** Ends after which a main agent is of no use any more, or may still do what it was told. */
const broken = [
  'agent.blocked',
  'agent.exited',
  'agent.lost',
  'agent.not-delivered',
  'agent.stalled',
  'agent.start-timeout',
  'job.agent-lost',
  'job.not-resumed',
];

/** After a success: a one-shot agent has nothing left to do, a main agent waits for its next. */
export async function releaseAgent(
  agent: Agent | undefined,
  { job, attempt }: Lease,
  { agents }: AttemptTools,
): Promise<void> {
  if (job.mode === 'persistent') {
    await agent?.[Symbol.asyncDispose]();
    return;
  }
  if (agent === undefined) {
    await agents.clear(attempt, never);
    return;
  }
  await agent.stop(never);
  await agent[Symbol.asyncDispose]();
}

function isBroken(why: unknown): boolean {
  return why instanceof CodedError && broken.includes(why.code);
}

/** Its conversation can be gone on with by a later one. */
async function endMainAgent({ job }: Lease, tools: AttemptTools): Promise<void> {
  const record = await readMainAgent(tools.sessionDir(job.sessionId));
  if (record !== undefined) await tools.agents.clear(record, never);
}

/** Stop the turn that this attempt gave it. What it does for somebody else is not ours to stop. */
async function quietMainAgent(lease: Lease, tools: AttemptTools): Promise<void> {
  const attempts = await listAttempts(tools.store, lease.job.id, never);
  const state = attempts.find(({ number }) => number === lease.attempt.number)?.state;
  if (state === 'starting') return;
  const record = await readMainAgent(tools.sessionDir(lease.job.sessionId));
  const request = await requestOf(lease, tools);
  if (record === undefined || request === undefined) return;
  try {
    const agent = await tools.agents.adopt(request, record.address, never);
    if (agent === undefined) return;
    await using held = agent;
    await held.interrupt(never);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    tools.log.info('the main agent of a session is ended', { jobId: lease.job.id, error });
    await tools.agents.clear(record, never);
  }
}
