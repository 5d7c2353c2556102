import type { AgentDesk } from '../pipeline/index.ts';
import { addJob } from './add-job.ts';
import type { AppContext } from './context.ts';
import { executeJob } from './execute-job.ts';
import { followJob } from './follow-job.ts';
import { readOutput } from './read-output.ts';

/**
 * Ask sites' agents by persistent jobs. `isWorker`: jobs are done in this process where no worker
 * is quicker; else a worker has to run somewhere.
 */
export function siteDesk(ctx: AppContext, isWorker: boolean): AgentDesk {
  const wait = isWorker ? executeJob : followJob;
  return {
    enqueue: async (session, { options }, { key, prompt, files }, signal) => {
      const jobId = await findByKey(ctx, session.id, key, signal);
      if (jobId !== undefined) return { jobId };
      const { model, permission } = options;
      const wish = { session: session.id, prompt, files, model, permission, idempotencyKey: key };
      const job = await addJob(ctx, { ...wish, mode: 'persistent', template: 'site' }, signal);
      return { jobId: job.id };
    },
    untilSettled: async (jobId, signal) => await wait(ctx, jobId, () => {}, signal),
    readOutput: async (jobId, signal) => await readOutput(ctx, jobId, signal),
  };
}

/** The same key is the same job, also where its prompt would not be quite the same any more. */
async function findByKey(
  { store }: AppContext,
  sessionId: string,
  key: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const query = 'SELECT id FROM jobs WHERE session_id = $1 AND idempotency_key = $2';
  const [row] = await store.read(async (sql) => await sql.all(query, [sessionId, key]), signal);
  return row === undefined ? undefined : String(row['id']);
}
