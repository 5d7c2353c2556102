import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  BulkView,
  JobBody,
  JobDetailView,
  JobFilter,
  JobView,
  NeedsYouView,
  routes,
} from '../../../src/contract/index.ts';
import { tellDone, tellFailed } from '../ui/toasts.tsx';
import { call } from './client.ts';
import { jobQuery } from './jobs.ts';
import type { JobPage } from './jobs-pages.ts';

/** Jobs one by one, or all that a filter fits. */
export type Choice =
  | { readonly job_ids: string[] }
  | { readonly filter: z.input<typeof routes.listJobs.query> & JobFilter };

/** Change a job wherever it is shown; gives back how to undo that. */
function patchJobs(
  queries: QueryClient,
  ids: ReadonlySet<string>,
  patch: Partial<JobView>,
): () => void {
  const before = queries.getQueriesData({
    predicate: ({ queryKey: [root] }) => root === 'jobs' || root === 'job',
  });
  queries.setQueriesData<JobPage>({ queryKey: ['jobs', 'list'] }, (page) =>
    page === undefined
      ? page
      : {
          ...page,
          items: page.items.map((job) => (ids.has(job.job_id) ? { ...job, ...patch } : job)),
        },
  );
  for (const id of ids) {
    queries.setQueryData<JobDetailView>(jobQuery(id).queryKey, (job) =>
      job === undefined ? job : { ...job, ...patch },
    );
  }
  return () => {
    for (const [key, data] of before) queries.setQueryData(key, data);
  };
}

async function refresh(queries: QueryClient, ids: readonly string[]): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['jobs'] }),
    queries.invalidateQueries({ queryKey: ['needs-you'] }),
    ...ids.slice(0, 20).map((id) => queries.invalidateQueries({ queryKey: ['job', id] })),
  ]);
}

function idsOf(choice: Choice): string[] {
  return 'job_ids' in choice ? choice.job_ids : [];
}

/** @param did what was done to how many: `12 jobs are queued again`. */
function tellBulk({ done, refused }: BulkView, did: (jobs: string) => string): void {
  if (done.length > 0) tellDone(`${did(jobsText(done.length))}.`);
  const [first] = refused;
  if (first === undefined) return;
  tellFailed(new Error(`${jobsText(refused.length)} refused: ${first.message}`));
}

export function jobsText(count: number): string {
  return count === 1 ? '1 job' : `${count.toLocaleString('en')} jobs`;
}

export function useRetryJobs() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (choice: Choice) => await call('retryJobs', { body: choice }),
    onMutate: (choice) => {
      const ids = new Set(idsOf(choice));
      const undo = patchJobs(queries, ids, { status: 'queued', error: null });
      const needs = queries.getQueryData<NeedsYouView>(['needs-you']);
      if (needs !== undefined) {
        const failed = needs.failed.filter(({ job_id: id }) => !ids.has(id));
        const count = needs.failed_count - (needs.failed.length - failed.length);
        queries.setQueryData(['needs-you'], { ...needs, failed, failed_count: count });
      }
      return {
        undo: () => {
          undo();
          queries.setQueryData(['needs-you'], needs);
        },
      };
    },
    onSuccess: (bulk) => tellBulk(bulk, (jobs) => `${jobs} queued again`),
    onError: (error, _choice, context) => {
      context?.undo();
      tellFailed(error);
    },
    onSettled: async (_bulk, _error, choice) => await refresh(queries, idsOf(choice)),
  });
}

export function useCancelJobs() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (choice: Choice) => await call('cancelJobs', { body: choice }),
    onSuccess: (bulk) => tellBulk(bulk, (jobs) => `${jobs} cancelled`),
    onError: tellFailed,
    onSettled: async (_bulk, _error, choice) => await refresh(queries, idsOf(choice)),
  });
}

export function useInterruptJob() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (jobId: string) => await call('interruptJob', { params: { job_id: jobId } }),
    onSuccess: () => tellDone('The turn is being stopped; the agent stays at its prompt.'),
    onError: tellFailed,
    onSettled: async (_job, _error, jobId) => await refresh(queries, [jobId]),
  });
}

interface Priority {
  readonly jobIds: readonly string[];
  readonly priority: number;
}

export function useSetPriority() {
  const queries = useQueryClient();
  const set = useMutation({
    mutationFn: async ({ jobIds, priority }: Priority) => {
      for (const id of jobIds) await call('setJob', { params: { job_id: id }, body: { priority } });
    },
    onMutate: ({ jobIds, priority }) => ({
      undo: patchJobs(queries, new Set(jobIds), { priority }),
    }),
    onSuccess: (_done, { jobIds, priority }) =>
      tellDone(`${jobsText(jobIds.length)} set to priority ${priority}.`),
    onError: (error, _wish, context) => {
      context?.undo();
      tellFailed(error);
    },
    onSettled: async (_done, _error, { jobIds }) => await refresh(queries, jobIds),
  });
  return set;
}

interface NewJob {
  readonly body: JobBody;
  /** Sent twice, it is queued once. */
  readonly idempotencyKey: string;
}

export function useAddJob() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (job: NewJob) => await call('addJob', job),
    onSuccess: async () => await refresh(queries, []),
  });
}
