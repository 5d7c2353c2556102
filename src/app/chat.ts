import { CodedError } from '../base/index.ts';
import type { JobView } from '../contract/index.ts';
import { getJob, type Job, listJobs, type Page } from '../jobs/index.ts';
import type { Session } from '../sessions/index.ts';
import { addJob } from './add-job.ts';
import { LARGEST_PROMPT_BYTES } from './check-prompt.ts';
import type { AppContext } from './context.ts';
import { currentDir } from './find-recording.ts';
import { readText } from './read-text.ts';
import { toJobView } from './to-view.ts';

/** A message to a main agent, and its answer. */
export interface ChatEntry extends JobView {
  readonly prompt: string;
  readonly output: string | null;
}

export interface ChatMessage {
  readonly text: string;
  /** As `files` of a job. */
  readonly files?: readonly string[] | undefined;
  /** A message with the key of an earlier one of this session is that one. */
  readonly idempotencyKey?: string | undefined;
}

/** Each text of a page of a conversation; the whole one is read by the job. */
const LONGEST_TEXT_BYTES = 64 * 1_024;
/** A page with longer texts would be many megabytes. */
const LARGEST_PAGE = 100;

/** List what was said to a session's main agent and what it answered, newest first. */
export async function listChat(
  ctx: AppContext,
  sessionId: string,
  page: { readonly cursor?: string | undefined; readonly limit: number },
  signal: AbortSignal,
): Promise<Page<ChatEntry>> {
  const session = await ctx.sessions.get(sessionId, signal);
  const limit = Math.min(Math.max(page.limit, 1), LARGEST_PAGE);
  const query = { sessionId: session.id, mode: 'persistent', cursor: page.cursor, limit } as const;
  const { items, next } = await listJobs(ctx.store, query, signal);
  const entries = items.map(async (job) => await entryOf(ctx, session, job));
  return { items: await Promise.all(entries), next };
}

async function entryOf(ctx: AppContext, session: Session, job: Job): Promise<ChatEntry> {
  const read = async (path: string): Promise<string | undefined> =>
    (await readText(currentDir(ctx, session, path), LONGEST_TEXT_BYTES))?.text;
  const output = job.outputPath === undefined ? undefined : await read(job.outputPath);
  return { ...toJobView(job), prompt: (await read(job.promptPath)) ?? '', output: output ?? null };
}

/** Send a session's main agent a message: a job of its conversation. */
export async function sendChat(
  ctx: AppContext,
  sessionId: string,
  { text, files, idempotencyKey }: ChatMessage,
  signal: AbortSignal,
): Promise<JobView> {
  const template = 'generic';
  const input = { session: sessionId, mode: 'persistent', prompt: text, files, template } as const;
  return toJobView(await addJob(ctx, { ...input, idempotencyKey }, signal));
}

export interface PromptView {
  readonly job_id: string;
  readonly prompt: string;
  readonly is_cut: boolean;
}

/** Read the prompt of a job as its agents get it. @throws {CodedError} `job.no-prompt`. */
export async function readPrompt(
  ctx: AppContext,
  jobId: string,
  signal: AbortSignal,
): Promise<PromptView> {
  const job = await getJob(ctx.store, jobId, signal);
  const session = await ctx.sessions.get(job.sessionId, signal);
  const path = currentDir(ctx, session, job.promptPath);
  const read = await readText(path, LARGEST_PROMPT_BYTES);
  if (read !== undefined) return { job_id: job.id, prompt: read.text, is_cut: read.isCut };
  throw new CodedError('job.no-prompt', `The prompt of job ${job.id} is not there any more.`, {
    facts: { jobId: job.id, path },
    todo: 'Put it back from a backup, or add the job again',
  });
}
