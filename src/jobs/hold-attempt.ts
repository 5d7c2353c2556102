import type { Agent, Usage } from '../agents/index.ts';
import { CodedError, systemCode } from '../base/index.ts';
import type { Sessions } from '../sessions/index.ts';
import {
  AttemptFileError,
  AttemptLostError,
  isRetryable,
  JobCancelledError,
  JobExpiredError,
  NotBegunError,
  toJobError,
  WorkerStoppedError,
  WorkFailedError,
} from './attempt-errors.ts';
import { BudgetError } from './budget.ts';
import { endAgentOf, releaseAgent } from './end-agent.ts';
import { getJob, listAttempts } from './find-job.ts';
import type { Lease } from './lease.ts';
import { requestOf } from './attempt-request.ts';
import { type AttemptTools, performAttempt } from './perform-attempt.ts';
import { untilLifted } from './quota.ts';
import { checkLease, LeaseLostError } from './record-attempt.ts';
import { backoffMs } from './retry-policy.ts';
import { appendSessionLog } from './session-files.ts';
import { type AttemptEnd, settleAttempt } from './settle.ts';

export type HoldTools = AttemptTools & {
  readonly sessions: Sessions;
};

/** What a worker has for all its attempts; each gets a `Steering` of its own. */
export type WorkerTools = Omit<HoldTools, 'steering'>;

/** After a failed write, how long until the attempt is gone on with. */
const WRITE_PAUSE_MS = 2_000;

/**
 * Hold a lease to its end: make the attempt, settle it, and leave no agent behind.
 *
 * A success is written down first and the agent ended after it; every other end ends the agent
 * first, so that a retry never runs beside its predecessor. Returns without settling when another
 * worker took over or this one stops: the agent goes on and is adopted.
 */
export async function holdAttempt(
  lease: Lease,
  tools: HoldTools,
  signal: AbortSignal,
): Promise<void> {
  let current = lease;
  for (let isAgain = false; ; isAgain = true) {
    try {
      if (isAgain) current = await reload(current, tools);
      await attemptOnce(current, tools, signal);
      return;
    } catch (error) {
      if ([error, signal.reason].some(isForOthers)) return;
      if (!isWriteFailure(error)) throw error;
      // The agent's evidence is on disk; once it can be written to again we go on from there.
      tools.log.error('an attempt could not be written down', { jobId: lease.job.id, error });
    }
    // Also a job that is to be cancelled waits: its end has to be written down as well.
    await tools.clock.after(WRITE_PAUSE_MS, never);
  }
}

async function attemptOnce(lease: Lease, tools: HoldTools, signal: AbortSignal): Promise<void> {
  const { job, attempt } = lease;
  using deadline = tools.clock.deadline(
    Math.max(0, (job.deadlineAt ?? Infinity) - tools.clock.now()),
    new JobExpiredError(job.id),
  );
  const note = async (event: string, facts: object): Promise<void> => {
    const line = {
      at: tools.clock.now(),
      event,
      job_id: job.id,
      attempt: attempt.number,
      ...facts,
    };
    await appendSessionLog(tools.sessionDir(job.sessionId), line, tools.log);
  };
  await note('attempt.begun', { agent: job.agent });
  let agent: Agent | undefined;
  let end: AttemptEnd;
  try {
    const { agent: live, ...result } = await performAttempt(
      lease,
      tools,
      AbortSignal.any([signal, deadline.signal]),
    );
    agent = live;
    end = { kind: 'succeeded', at: tools.clock.now(), ...result };
  } catch (caught) {
    if (isForOthers(caught) || isWriteFailure(caught)) throw caught;
    const isOfSystem = caught instanceof Error && systemCode(caught) !== undefined;
    const error =
      isOfSystem && !(caught instanceof CodedError) ? new AttemptFileError(lease, caught) : caught;
    if (!(error instanceof CodedError)) {
      tools.log.error('an attempt met a fault of ours', { jobId: job.id, error });
    }
    end = await endOf(error, lease, tools);
    // Stopped past our lease we woke to deadlines long gone: the agent is another worker's now.
    await tools.store.read(async (sql) => await checkLease(sql, lease), never);
    await endAgentOf(lease, tools, error);
    end = { ...end, usage: await usageOf(lease, tools) };
  }
  try {
    await settleAttempt(tools.store, lease, end, never);
  } catch (error) {
    // Not written down: the agent stays as it is, for whoever goes on with the attempt.
    await agent?.[Symbol.asyncDispose]();
    throw error;
  }
  try {
    const { kind } = end;
    await note('attempt.ended', kind === 'succeeded' ? { kind } : { kind, error: end.error });
    if (kind === 'succeeded') await noteUsage(lease, tools);
  } finally {
    if (end.kind === 'succeeded') await releaseAgent(agent, lease, tools);
  }
}

/** Ending and settling are never cut short: half an end is what the next start would have to mend. */
const never = new AbortController().signal;

/** How long reading what an attempt used may take. */
const USAGE_LIMIT_MS = 5_000;

/** What an attempt used, by the files that its agent left; undefined when they do not say. */
async function usageOf(lease: Lease, tools: HoldTools): Promise<Usage | undefined> {
  using limit = tools.clock.deadline(USAGE_LIMIT_MS, new Error('reading the usage took too long'));
  try {
    const request = await requestOf(lease, tools);
    return request && (await tools.agents.usage(request, limit.signal));
  } catch (error) {
    tools.log.warn('what an attempt used could not be read', { jobId: lease.job.id, error });
    return undefined;
  }
}

/** Read after the result is safe: some CLIs write it a moment later. */
async function noteUsage(lease: Lease, tools: HoldTools): Promise<void> {
  const { job, attempt } = lease;
  const usage = await usageOf(lease, tools);
  if (usage === undefined) return;
  try {
    await tools.store.write(
      async (sql) =>
        await sql.run('UPDATE attempts SET usage = $1 WHERE job_id = $2 AND number = $3', [
          JSON.stringify(usage),
          job.id,
          attempt.number,
        ]),
      never,
    );
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    tools.log.warn('the tokens used were not recorded', { jobId: job.id, error });
  }
}

async function endOf(error: unknown, { job }: Lease, tools: HoldTools): Promise<AttemptEnd> {
  const { clock, ids } = tools;
  const at = clock.now();
  const jobError = toJobError(error);
  if (error instanceof JobCancelledError) return { kind: 'cancelled', at, error: jobError };
  if (error instanceof JobExpiredError) return { kind: 'expired', at, error: jobError };
  if (error instanceof NotBegunError) {
    return { kind: 'retry', at, error: jobError, runAt: at, doesCount: false };
  }
  if (error instanceof BudgetError) {
    return { kind: 'failed', at, error: jobError, facts: error.facts };
  }
  if (error instanceof WorkFailedError && error.failure.failure === 'quota') {
    const runAt = await untilLifted(error.failure, job.agent, tools, never);
    return runAt < (job.deadlineAt ?? Infinity)
      ? { kind: 'retry', at, error: jobError, runAt, doesCount: false, reason: 'quota' }
      : { kind: 'failed', at, error: jobError };
  }
  const runAt = at + backoffMs(job.attempts, job.backoffMs, ids);
  const isLast = job.attempts >= job.maxAttempts || runAt >= (job.deadlineAt ?? Infinity);
  if (isRetryable(error) && !isLast)
    return { kind: 'retry', at, error: jobError, runAt, doesCount: true };
  return { kind: 'failed', at, error: jobError };
}

/** The attempt is another worker's now, or the next one's: its agent is left alone. */
function isForOthers(error: unknown): boolean {
  return error instanceof LeaseLostError || error instanceof WorkerStoppedError;
}

/** A full disk may fail the database as well as a file of the exchange or the output. */
function isWriteFailure(error: unknown): boolean {
  if (error instanceof CodedError) return error.code.startsWith('store.');
  return ['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '');
}

/** Read the attempt again: what it recorded before the failure counts. */
async function reload(lease: Lease, { store }: HoldTools): Promise<Lease> {
  const job = await getJob(store, lease.job.id, never);
  const attempt = (await listAttempts(store, job.id, never)).at(-1);
  if (attempt === undefined) throw new AttemptLostError(lease);
  return { ...lease, job, attempt };
}
