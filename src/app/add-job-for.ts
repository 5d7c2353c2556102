import { CodedError } from '../base/index.ts';
import type { JobBody, JobView } from '../contract/index.ts';
import { type JobInput, queueJob } from './add-job.ts';
import type { AppContext } from './context.ts';
import { subjectSession } from './subject-session.ts';
import { parseTime } from './to-time.ts';
import { toJobView } from './to-view.ts';

export interface AddedJob {
  readonly job: JobView;
  /** False for the job that had its idempotency key before. */
  readonly isNew: boolean;
}

export interface AddRights {
  readonly idempotencyKey?: string | undefined;
  /** May run programs, work outside of sessions, and leave the session out. */
  readonly isAdmin: boolean;
}

/**
 * Queue a job for somebody who is not at this machine; their right to its session was checked.
 *
 * @throws {CodedError} `auth.forbidden` for what reaches out of the session; `job.not-found` for
 * a job of another session to wait for; and what `addJob` throws.
 */
export async function addJobFor(
  ctx: AppContext,
  body: JobBody,
  { idempotencyKey, isAdmin }: AddRights,
  signal: AbortSignal,
): Promise<AddedJob> {
  if (!isAdmin) await refuseOutside(ctx, body, signal);
  const input = { ...inputOf(body), idempotencyKey };
  const { job, isNew } = await queueJob(ctx, input, signal);
  return { job: toJobView(job), isNew };
}

function inputOf(body: JobBody): JobInput {
  const { prompt, template, files, agent, model, permission, mode, priority } = body;
  const same = { prompt, template, files, agent, model, permission, mode, priority };
  return {
    ...same,
    session: body.session_id,
    directory: body.directory,
    command: body.command,
    delayMs: body.delay_ms,
    deadlineAt: body.deadline_at === undefined ? undefined : parseTime(body.deadline_at),
    timeLimitMs: body.time_limit_ms,
    maxAttempts: body.max_attempts,
    maxTokens: body.max_tokens,
    maxCostUsd: body.max_cost_usd,
    dependsOn: body.depends_on?.map((jobId) => ({ jobId, rule: 'success' })),
  };
}

async function refuseOutside(ctx: AppContext, body: JobBody, signal: AbortSignal): Promise<void> {
  const { directory, command, session_id: sessionId, depends_on: dependsOn = [] } = body;
  if (sessionId === undefined) throw onlyAdmins('leave the session out');
  if (directory !== undefined) throw onlyAdmins('let an agent work outside of the session');
  if (command !== undefined) throw onlyAdmins('run programs of this machine');
  for (const jobId of dependsOn) {
    // What becomes of a job says something about it: others' jobs do not exist here.
    if ((await subjectSession(ctx, 'job_id', jobId, signal)) === sessionId) continue;
    throw new CodedError('job.not-found', `There is no job ${jobId} to wait for.`, {
      facts: { jobId },
      todo: 'Name jobs of the same session',
    });
  }
}

function onlyAdmins(what: string): CodedError {
  return new CodedError('auth.forbidden', `Only admins may ${what}.`, {
    facts: { what },
    todo: 'Leave it out of the job, or ask an admin to add it',
  });
}
