import { setImmediate } from 'node:timers/promises';
import type {
  BulkView,
  JobCountsView,
  JobFilter,
  JobView,
  NeedsYouView,
  QuestionView,
  StuckSiteView,
} from '../contract/index.ts';
import {
  type BulkResult,
  cancelJobs as cancelMany,
  countJobs as count,
  dismissFailed as dismiss,
  findFailed,
  type JobChoice,
  type JobsChoice,
  listJobs,
  listSeenQuestions,
  type Page,
  retryJobs as retryMany,
  type SeenQuestion,
} from '../jobs/index.ts';
import type { StuckSite } from '../pipeline/index.ts';
import type { Visibility } from '../sessions/index.ts';
import type { AppContext } from './context.ts';
import { toTime } from './to-time.ts';
import { toJobView, toQuestionView } from './to-view.ts';

export interface JobSearch {
  readonly filter: JobFilter;
  readonly cursor?: string | undefined;
  /** At most 1,000. */
  readonly limit: number;
}

/** Jobs named one by one, or all that a filter fits (at most 10,000). */
export type ChosenJobs = { readonly job_ids: readonly string[] } | { readonly filter: JobFilter };

const LARGEST_PAGE = 1_000;
/** Failed jobs, and sites, that are shown of those that need somebody. */
const MOST_FAILED = 50;
/** Jobs put aside in one transaction. */
const CHUNK = 100;

/** List the jobs that fit, newest first. */
export async function searchJobs(
  { store }: AppContext,
  { filter, cursor, limit }: JobSearch,
  visibleTo: Visibility,
  signal: AbortSignal,
): Promise<Page<JobView>> {
  const size = Math.min(Math.max(limit, 1), LARGEST_PAGE);
  const query = { ...choiceOf(filter), visibleTo, cursor, limit: size };
  const { items, next } = await listJobs(store, query, signal);
  return { items: items.map(toJobView), next };
}

/** Count the jobs that fit by their status; those that ask are counted among the running too. */
export async function countJobs(
  { store }: AppContext,
  filter: Omit<JobFilter, 'status'>,
  visibleTo: Visibility,
  signal: AbortSignal,
): Promise<JobCountsView> {
  const { byStatus, asking } = await count(store, { ...choiceOf(filter), visibleTo }, signal);
  return { ...byStatus, asking };
}

/** Ask for the end of many jobs, a hundred in a transaction; settled ones are refused. */
export async function cancelJobs(
  { store, clock }: AppContext,
  chosen: ChosenJobs,
  visibleTo: Visibility,
  signal: AbortSignal,
): Promise<BulkView> {
  const wish = { jobs: jobsOf(chosen), visibleTo };
  return toBulkView(await cancelMany(store, wish, clock.now(), signal));
}

/** Queue many jobs once more, each with as many attempts as the configuration gives. */
export async function retryJobs(
  { store, clock, config }: AppContext,
  chosen: ChosenJobs,
  visibleTo: Visibility,
  signal: AbortSignal,
): Promise<BulkView> {
  const wish = { jobs: jobsOf(chosen), visibleTo };
  const retry = { now: clock.now(), attempts: config.maxAttempts };
  return toBulkView(await retryMany(store, wish, retry, signal));
}

/** What waits for a person: agents that ask, the oldest first, and the newest failed jobs. */
export async function needsYou(
  ctx: AppContext,
  visibleTo: Visibility,
  signal: AbortSignal,
): Promise<NeedsYouView> {
  const questions = await listSeenQuestions(ctx.store, visibleTo, signal);
  const failed = await findFailed(ctx.store, { visibleTo, limit: MOST_FAILED }, signal);
  // Loaded late: other commands need nothing of sites.
  const { listStuckSites } = await import('../pipeline/index.ts');
  const wish = { visibleTo, limit: MOST_FAILED };
  const sites = await ctx.store.read(async (sql) => await listStuckSites(sql, wish), signal);
  return {
    questions: questions.map(toSeenQuestionView),
    failed: failed.jobs.map(toJobView),
    failed_count: failed.count,
    sites: sites.map(toStuckSiteView),
  };
}

function toStuckSiteView({ error, ...site }: StuckSite): StuckSiteView {
  return {
    session_id: site.sessionId,
    name: site.name,
    kind: site.kind,
    execution_id: site.executionId,
    error: { code: error.code, message: error.message, todo: error.todo ?? null },
    at: toTime(site.at),
  };
}

/** Put failed jobs aside, so that they need nobody; what is not failed stays as it is. */
export async function dismissFailed(
  { store, clock }: AppContext,
  jobIds: readonly string[],
  visibleTo: Visibility,
  signal: AbortSignal,
): Promise<void> {
  for (let start = 0; start < jobIds.length; start += CHUNK) {
    const chunk = jobIds.slice(start, start + CHUNK);
    await dismiss(store, { jobIds: chunk, visibleTo, now: clock.now() }, signal);
    await setImmediate();
  }
}

/** What agents ask now, the oldest first. */
export async function listQuestionViews(
  { store }: AppContext,
  visibleTo: Visibility,
  signal: AbortSignal,
): Promise<readonly QuestionView[]> {
  return (await listSeenQuestions(store, visibleTo, signal)).map(toQuestionView);
}

function toSeenQuestionView(question: SeenQuestion): NeedsYouView['questions'][number] {
  const { sessionId, jobTitle } = question;
  return { ...toQuestionView(question), session_id: sessionId, job_title: jobTitle };
}

function choiceOf({ session_id: sessionId, status, ...same }: JobFilter): JobChoice {
  return { ...same, sessionId, statuses: status };
}

function jobsOf(chosen: ChosenJobs): JobsChoice {
  return 'job_ids' in chosen
    ? { kind: 'named', jobIds: chosen.job_ids }
    : { kind: 'fitting', choice: choiceOf(chosen.filter) };
}

function toBulkView({ done, refused }: BulkResult): BulkView {
  return {
    done: [...done],
    refused: refused.map(({ jobId, error: { code, message } }) => ({
      job_id: jobId,
      code,
      message,
    })),
  };
}
