import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, hrefOf, readText } from './client.ts';

const PAGE = 100;

export const recordingsQuery = infiniteQueryOptions({
  queryKey: ['recordings', 'list'],
  queryFn: async ({ pageParam, signal }) =>
    await call('listRecordings', { query: { limit: PAGE, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
});

export function recordingQuery(jobId: string, attempt: number) {
  return queryOptions({
    queryKey: ['recordings', jobId, attempt],
    queryFn: async ({ signal }) =>
      await call('showRecording', { params: { job_id: jobId, attempt }, signal }),
  });
}

/** Where a recording is downloaded from. */
export function castHref(jobId: string, attempt: number): string {
  return hrefOf('readRecording', { params: { job_id: jobId, attempt } });
}

/** A recording as asciicast v3; it is kept only as long as somebody looks at it. */
export function castQuery(jobId: string, attempt: number) {
  return queryOptions({
    queryKey: ['cast', jobId, attempt],
    queryFn: async ({ signal }) =>
      await readText('readRecording', { params: { job_id: jobId, attempt }, signal }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
