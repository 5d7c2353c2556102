import { infiniteQueryOptions, useMutation } from '@tanstack/react-query';
import { tellFailed } from '../ui/toasts.tsx';
import { call } from './client.ts';

export interface AuditFilter {
  readonly action?: string | undefined;
  readonly user_id?: string | undefined;
  readonly subject?: string | undefined;
}

const PAGE = 200;

export function auditQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: async ({ pageParam, signal }) =>
      await call('listAudit', { query: { ...filter, limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    // No live event tells of new entries.
    staleTime: 0,
  });
}

export function useVerifyAudit() {
  return useMutation({
    mutationFn: async () => await call('verifyAudit'),
    onError: tellFailed,
  });
}
