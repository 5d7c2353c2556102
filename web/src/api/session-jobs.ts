import { infiniteQueryOptions } from '@tanstack/react-query';
import { call } from './client.ts';

const PAGE = 100;

export function sessionJobsQuery(sessionId: string) {
  return infiniteQueryOptions({
    queryKey: ['jobs', 'of-session', sessionId],
    queryFn: async ({ pageParam, signal }) =>
      await call('listJobs', {
        query: { session_id: sessionId, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}
