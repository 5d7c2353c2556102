import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { routes, SiteStepName, SiteView } from '../../../src/contract/index.ts';
import { ApiError, call, hrefOf, readText } from './client.ts';

export type SiteStatus = SiteView['status'];
/** Where a site goes, and how large. */
export type SitePlace = z.input<typeof routes.estimateSite.body>;
type StepLog = z.output<typeof routes.readStepLog.reply>;

const PAGE = 100;

export function sitesQuery(status: SiteStatus | undefined) {
  return infiniteQueryOptions({
    queryKey: ['sites', 'list', status ?? 'all'],
    queryFn: async ({ pageParam, signal }) =>
      await call('listSites', { query: { status, limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** The newest sites to choose from. */
export const siteChoicesQuery = queryOptions({
  queryKey: ['sites', 'choices'],
  queryFn: async ({ signal }) =>
    (await call('listSites', { query: { limit: PAGE }, signal })).items,
});

export function siteQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['sites', sessionId],
    queryFn: async ({ signal }) =>
      await call('getSite', { params: { session_id: sessionId }, signal }),
  });
}

/** The site of a session; null for one that has none. */
export function siteOfSessionQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['sites', sessionId, 'of-session'],
    queryFn: async ({ signal }) => {
      try {
        return await call('getSite', { params: { session_id: sessionId }, signal });
      } catch (error) {
        if (error instanceof ApiError && error.code === 'site.not-found') return null;
        throw error;
      }
    },
  });
}

/** Newest first. */
export function executionsQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['sites', sessionId, 'executions'],
    queryFn: async ({ signal }) =>
      (await call('listExecutions', { params: { session_id: sessionId }, signal })).items,
  });
}

/** Newest first. */
export function releasesQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['sites', sessionId, 'releases'],
    queryFn: async ({ signal }) =>
      (await call('listReleases', { params: { session_id: sessionId }, signal })).items,
  });
}

/** How the files of a site differ from what is live. An agent changes them without an event. */
export function siteDiffQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['sites', sessionId, 'diff'],
    queryFn: async ({ signal }) =>
      await call('diffSite', { params: { session_id: sessionId }, signal }),
    staleTime: 0,
  });
}

const LOGS_EVERY_MS = 4_000;
const LOG_LINES = 1_000;

/** What the site's program, or its deployment, said last. No event tells of a new line. */
export function siteLogsQuery(sessionId: string, isFollowing: boolean) {
  return queryOptions({
    queryKey: ['sites', sessionId, 'logs'],
    queryFn: async ({ signal }) =>
      (
        await call('siteLogs', {
          params: { session_id: sessionId },
          query: { lines: LOG_LINES },
          signal,
        })
      ).lines,
    staleTime: 0,
    refetchInterval: isFollowing ? LOGS_EVERY_MS : false,
  });
}

const STEP_LOG_EVERY_MS = 1_000;
/** The newest lines that are kept of a step; those before are left out. */
export const MOST_STEP_LINES = 2_000;

interface StepLogWish {
  readonly sessionId: string;
  readonly executionId: string;
  readonly step: SiteStepName;
  readonly isRunning: boolean;
}

/** What a step did so far; while it runs, the lines that came are read every second. */
export function useStepLogQuery({ sessionId, executionId, step, isRunning }: StepLogWish) {
  const queries = useQueryClient();
  const queryKey = ['sites', sessionId, 'step-log', executionId, step];
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }): Promise<StepLog> => {
      const known = queries.getQueryData<StepLog>(queryKey)?.lines ?? [];
      const after = known.at(-1)?.number ?? 0;
      const params = { execution_id: executionId, step };
      const { lines, is_cut } = await call('readStepLog', { params, query: { after }, signal });
      return { lines: [...known, ...lines].slice(-MOST_STEP_LINES), is_cut };
    },
    staleTime: 0,
    refetchInterval: ({ state }) =>
      isRunning || state.data?.is_cut === true ? STEP_LOG_EVERY_MS : false,
  });
}

/** What a site would consist of and cost; makes nothing. */
export function estimateQuery(place: SitePlace) {
  return queryOptions({
    queryKey: ['site-estimate', place],
    queryFn: async ({ signal }) => await call('estimateSite', { body: place, signal }),
    placeholderData: (before) => before,
    staleTime: 0,
    retry: false,
  });
}

/** Where something that a step left is read from: for pictures and links. */
export function artefactHref(sessionId: string, path: string): string {
  return hrefOf('readSiteFile', { params: { session_id: sessionId }, query: { path } });
}

/** The text of something that a step left. */
export function artefactTextQuery(sessionId: string, path: string) {
  return queryOptions({
    queryKey: ['sites', sessionId, 'artefact', path],
    queryFn: async ({ signal }) =>
      await readText('readSiteFile', {
        params: { session_id: sessionId },
        query: { path },
        signal,
      }),
    staleTime: 0,
  });
}
