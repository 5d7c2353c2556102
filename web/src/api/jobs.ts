import { queryOptions, useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { JobFilter, JobView } from '../../../src/contract/index.ts';
import { ApiError, call } from './client.ts';
import { mergeFirstPage, type JobPage, joinPages } from './jobs-pages.ts';

const FIRST = 100;
const PAGE = 200;
const MOST = 1_000;

type CountFilter = Omit<JobFilter, 'status'>;

export function jobCountsQuery(filter: CountFilter = {}) {
  return queryOptions({
    queryKey: ['jobs', 'counts', filter],
    queryFn: async ({ signal }) => await call('countJobs', { query: filter, signal }),
    placeholderData: (before) => before,
  });
}

export function jobQuery(jobId: string) {
  return queryOptions({
    queryKey: ['job', jobId],
    queryFn: async ({ signal }) => await call('getJob', { params: { job_id: jobId }, signal }),
  });
}

export function promptQuery(jobId: string) {
  return queryOptions({
    queryKey: ['prompt', jobId],
    queryFn: async ({ signal }) => await call('readPrompt', { params: { job_id: jobId }, signal }),
    staleTime: Infinity,
  });
}

/** What the job wrote; null while there is nothing. */
export function outputQuery(jobId: string) {
  return queryOptions({
    queryKey: ['job', jobId, 'output'],
    queryFn: async ({ signal }) => {
      try {
        return await call('readOutput', { params: { job_id: jobId }, signal });
      } catch (error) {
        if (error instanceof ApiError && [404, 409].includes(error.status)) return null;
        throw error;
      }
    },
  });
}

/** What an agent does now and how that is known; null when it is not alive. */
export function explanationQuery(agentId: string) {
  return queryOptions({
    queryKey: ['agents', agentId, 'explain'],
    queryFn: async ({ signal }) => {
      try {
        return await call('explainAgent', { params: { agent_id: agentId }, signal });
      } catch (error) {
        if (error instanceof ApiError && [404, 409].includes(error.status)) return null;
        throw error;
      }
    },
  });
}

/** Newest jobs whose title holds the words, for the palette. */
export function foundJobsQuery(text: string) {
  return queryOptions({
    queryKey: ['jobs', 'found', text],
    queryFn: async ({ signal }) =>
      await call('listJobs', { query: { ...(text === '' ? {} : { text }), limit: 8 }, signal }),
    placeholderData: (before) => before,
  });
}

/** The parts of the list that a reader looks at; only these are read again when jobs change. */
export interface Looked {
  readonly first: number;
  readonly last: number;
}

export interface JobList {
  readonly jobs: readonly JobView[];
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly hasMore: boolean;
  /** Read the next page; does nothing while one is being read. */
  readonly more: () => void;
  /** Begin at the newest job again, with one page. */
  readonly restart: () => void;
}

/**
 * Jobs that a filter fits, newest first, page by page. A page keeps the cursor it was read with, so
 * jobs that come do not push others over its edge; only pages in sight are refreshed.
 */
export function useJobList(filter: JobFilter, looked: Looked): JobList {
  const queries = useQueryClient();
  const name = JSON.stringify(filter);
  const [opened, setOpened] = useState<{
    readonly name: string;
    readonly cursors: readonly string[];
  }>({ name, cursors: [] });
  const cursors = opened.name === name ? opened.cursors : [];
  const key = (cursor: string | undefined) => ['jobs', 'list', name, cursor ?? 'first'];
  const pages = useQueries({
    queries: [undefined, ...cursors].map((cursor, index) => ({
      queryKey: key(cursor),
      queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<JobPage> =>
        cursor === undefined
          ? await readFirst(filter, queries.getQueryData<JobPage>(key(undefined)), signal)
          : await call('listJobs', { query: { ...filter, limit: PAGE, cursor }, signal }),
      enabled: isInSight(index, looked) || queries.getQueryData(key(cursor)) === undefined,
    })),
  });
  const data = pages.map((page) => page.data);
  const last = data.at(-1);
  const next = last?.next ?? null;
  const jobs = useJoined(data);
  // So many jobs came at once that the first page does not reach the second any more.
  const isTorn = cursors.length > 0 && data[0] !== undefined && data[0].next !== cursors[0];
  useEffect(() => {
    if (isTorn) setOpened({ name, cursors: [] });
  }, [isTorn, name]);
  const more = useCallback(() => {
    if (next === null) return;
    setOpened((now) => {
      const before = now.name === name ? now.cursors : [];
      return before.includes(next) ? now : { name, cursors: [...before, next] };
    });
  }, [next, name]);
  const restart = useCallback(() => {
    setOpened({ name, cursors: [] });
    queries.removeQueries({ queryKey: ['jobs', 'list', name], type: 'inactive' });
    void queries.resetQueries({ queryKey: ['jobs', 'list', name, 'first'] });
  }, [queries, name]);
  return {
    jobs,
    isLoading: pages[0]?.isPending ?? true,
    error: pages.find((page) => page.error !== null)?.error ?? null,
    hasMore: next !== null || last === undefined,
    more,
    restart,
  };
}

/** The pages as one list; the same list as long as each page is the same. */
function useJoined(pages: readonly (JobPage | undefined)[]): readonly JobView[] {
  const joined = useRef<{ readonly pages: typeof pages; readonly jobs: readonly JobView[] }>({
    pages: [],
    jobs: [],
  });
  const before = joined.current.pages;
  const isSame =
    before.length === pages.length && pages.every((page, index) => page === before[index]);
  if (!isSame) joined.current = { pages, jobs: joinPages(pages) };
  return joined.current.jobs;
}

/** The first page grows at its top while jobs come, until it reaches what it held before. */
async function readFirst(
  filter: JobFilter,
  before: JobPage | undefined,
  signal: AbortSignal,
): Promise<JobPage> {
  const limit = Math.min(MOST, Math.max(FIRST, (before?.items.length ?? 0) + 20));
  const read = await call('listJobs', { query: { ...filter, limit }, signal });
  return mergeFirstPage(before, read);
}

/** The first page always is: there it shows how many are new. */
function isInSight(index: number, { first, last }: Looked): boolean {
  if (index === 0) return true;
  const begins = FIRST + (index - 1) * PAGE;
  const ends = begins + PAGE;
  return begins <= last && ends >= first;
}
