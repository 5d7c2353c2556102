import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Log, systemCode } from '../base/index.ts';
import type { Sessions } from '../sessions/index.ts';
import type { Store } from '../store/index.ts';
import { listJobs } from './find-job.ts';
import type { Job } from './job.ts';

/** Newest jobs that `job_queue.json` shows: it is for people, the database is the truth. */
const SNAPSHOT_JOBS = 1_000;

/** Replace a session's `job_queue.json`; a session that was archived meanwhile keeps its own. */
export async function writeQueueSnapshot(
  { store, sessions }: { readonly store: Store; readonly sessions: Sessions },
  sessionId: string,
  signal: AbortSignal,
): Promise<void> {
  const { items } = await listJobs(store, { sessionId, limit: SNAPSHOT_JOBS }, signal);
  await sessions.writeSnapshot(sessionId, items.map(toEntry));
}

function toEntry(job: Job): Readonly<Record<string, unknown>> {
  return {
    id: job.id,
    type: job.template,
    title: job.title,
    agent: job.agent,
    status: job.status,
    priority: job.priority,
    attempts: job.attempts,
    prompt_path: job.promptPath,
    output_path: job.outputPath ?? null,
    error: job.error ?? null,
  };
}

/**
 * Append a line to a session's `logs/session.jsonl`, for people. The events in the database are
 * the record, so a full disk here costs a line and no work.
 */
export async function appendSessionLog(
  sessionDir: string,
  line: Readonly<Record<string, unknown>>,
  log: Log,
): Promise<void> {
  try {
    await appendFile(join(sessionDir, 'logs', 'session.jsonl'), `${JSON.stringify(line)}\n`);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    log.warn('the session log was not written', { sessionDir, error });
  }
}
