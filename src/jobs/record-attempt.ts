import { join } from 'node:path';
import type { AgentAddress } from '../agents/index.ts';
import { CodedError } from '../base/index.ts';
import type { Sql, SqlValue, Store } from '../store/index.ts';
import type { AttemptState } from './attempt.ts';
import type { Lease } from './lease.ts';

/** Another worker holds the job now: stop writing, and leave the agent to it. */
export class LeaseLostError extends CodedError {
  constructor(jobId: string, attempt: number) {
    super('job.lease-lost', `Another worker took over attempt ${attempt} of job ${jobId}.`, {
      facts: { jobId, attempt },
      todo: 'Nothing: that worker goes on with it',
    });
  }
}

export interface Step {
  readonly state: Exclude<AttemptState, 'ended'>;
  readonly at: number;
  readonly address?: AgentAddress;
  /** With the address: the agent's own directory. */
  readonly homeDir?: string;
  readonly enters?: number;
  /** Facts for the event `attempt.<state>`. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Write down how far an attempt is. The job becomes `running` once its agent has an address.
 *
 * @throws {LeaseLostError} the lease went to another worker; nothing was written.
 */
export async function recordStep(
  store: Store,
  lease: Lease,
  step: Step,
  signal: AbortSignal,
): Promise<void> {
  const { job, attempt } = lease;
  await store.write(async (sql) => {
    await checkLease(sql, lease);
    if (step.address !== undefined) {
      await sql.run(`UPDATE jobs SET status = 'running' WHERE id = $1`, [job.id]);
    }
    const changes = Object.entries(columnsOf(step));
    const assignments = changes.map(([column], index) => `${column} = $${index + 3}`);
    await sql.run(
      `UPDATE attempts SET ${assignments.join(', ')} WHERE job_id = $1 AND number = $2`,
      [job.id, attempt.number, ...changes.map(([, value]) => value)],
    );
    const kind = step.address === undefined ? `attempt.${step.state}` : 'attempt.agent-started';
    const data = { attempt: attempt.number, ...step.data };
    await sql.append({ stream: job.id, kind, at: step.at, data });
  }, signal);
}

/** Write down, before the agent starts, that it goes on with an earlier conversation. */
export async function recordConversation(
  store: Store,
  lease: Lease,
  conversationId: string,
  signal: AbortSignal,
): Promise<void> {
  const { job, attempt } = lease;
  await store.write(async (sql) => {
    await checkLease(sql, lease);
    await sql.run('UPDATE attempts SET resumes = $1 WHERE job_id = $2 AND number = $3', [
      conversationId,
      job.id,
      attempt.number,
    ]);
  }, signal);
}

/** @throws {LeaseLostError} unless this worker holds the job's current attempt. */
export async function checkLease(sql: Sql, { job, attempt, workerId }: Lease): Promise<void> {
  const rows = await sql.all(
    `SELECT id FROM jobs WHERE id = $1 AND attempts = $2 AND lease_worker = $3
       AND status IN ('leased', 'running')`,
    [job.id, attempt.number, workerId],
  );
  if (rows.length === 0) throw new LeaseLostError(job.id, attempt.number);
}

function columnsOf(step: Step): Record<string, SqlValue> {
  const moment = { starting: undefined, delivering: 'ready_at', busy: 'delivered_at' }[step.state];
  return {
    state: step.state,
    ...(moment === undefined ? {} : { [moment]: step.at }),
    ...(step.enters === undefined ? {} : { enters: step.enters }),
    ...(step.address === undefined
      ? {}
      : {
          server_pid: step.address.server.pid,
          server_start: step.address.server.startTime,
          pane_id: step.address.paneId,
          socket_path: step.address.socketPath,
          home_dir: step.homeDir ?? null,
        }),
  };
}

/** Where the accepted output of a job lies: `output/<job id>.md` in its session. */
export function outputPathOf(sessionDir: string, jobId: string): string {
  return join(sessionDir, 'output', `${jobId}.md`);
}
