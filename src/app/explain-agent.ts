import type { AgentRequest, Explanation } from '../agents/index.ts';
import { CodedError } from '../base/index.ts';
import {
  listJobs,
  lookRequestOf,
  mainAgentRequest,
  readMainAgent,
  withPresentEvents,
} from '../jobs/index.ts';
import type { Session } from '../sessions/index.ts';
import type { AppContext } from './context.ts';
import { findLastAttempt } from './find-last-attempt.ts';

export interface AgentExplanation extends Explanation {
  /** What was asked about: `attempt 2 of job_01h2`, `the main agent of session shop`. */
  readonly subject: string;
  readonly adapter: string;
}

/**
 * Say what an agent does now and on what evidence: that of a job's last attempt, or a session's
 * main agent. Whoever drives the agent is not disturbed.
 *
 * @throws {CodedError} `job.no-agent` before the first attempt; `session.no-agent` when the
 * session has none; `job.not-found` when it is neither a job nor a session.
 */
export async function explainAgent(
  ctx: AppContext,
  id: string,
  signal: AbortSignal,
): Promise<AgentExplanation> {
  const session = id.startsWith('job_') ? undefined : await ctx.sessions.find(id, signal);
  const { subject, request } =
    session === undefined ? await ofJob(ctx, id, signal) : await ofSession(ctx, session, signal);
  const explanation = await ctx.agents.explain(request, signal);
  return { ...explanation, subject, adapter: request.adapter };
}

interface Subject {
  readonly subject: string;
  readonly request: AgentRequest;
}

async function ofJob(ctx: AppContext, id: string, signal: AbortSignal): Promise<Subject> {
  const { job, attempt } = await findLastAttempt(ctx, id, signal);
  const tools = {
    agentEnvironment: ctx.agentEnvironment,
    sessionDir: () => ctx.sessions.activeDir(job.sessionId),
  };
  const request = attempt && (await lookRequestOf({ job, attempt }, tools));
  if (attempt !== undefined && request !== undefined) {
    return { subject: `attempt ${attempt.number} of ${job.id}`, request };
  }
  throw new CodedError('job.no-agent', `Job ${job.id} is ${job.status}; no agent of it has run.`, {
    facts: { jobId: job.id, status: job.status },
    todo: `See where it stands: tmux-builder job show ${job.id}`,
  });
}

async function ofSession(
  ctx: AppContext,
  { id, name, dir }: Session,
  signal: AbortSignal,
): Promise<Subject> {
  const record = await readMainAgent(dir);
  if (record === undefined) {
    throw new CodedError('session.no-agent', `Session ${name} has no main agent.`, {
      facts: { sessionId: id },
      todo: `Start it: tmux-builder session start ${id}`,
    });
  }
  const subject = `the main agent of session ${name}`;
  const statuses = ['leased', 'running'] as const;
  const query = { sessionId: id, statuses, mode: 'persistent', limit: 1 } as const;
  const [job] = (await listJobs(ctx.store, query, signal)).items;
  if (job !== undefined) {
    const { request } = await ofJob(ctx, job.id, signal);
    return { subject: `${subject}, at work on ${job.id}`, request };
  }
  const policy = { otherwise: ctx.config.permission, rules: [] };
  const environment = ctx.agentEnvironment;
  const place = { sessionDir: dir, environment, policy, exchange: undefined };
  // What its last job, or a person, had it do is told in whatever exchange it writes to.
  return { subject, request: withPresentEvents(mainAgentRequest(record, place)) };
}
