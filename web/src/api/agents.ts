import { infiniteQueryOptions, queryOptions, useMutation } from '@tanstack/react-query';
import type { LiveAgentView } from '../../../src/contract/index.ts';
import { tellFailed } from '../ui/toasts.tsx';
import { call } from './client.ts';

const PAGE = 100;

/** Agents that are alive, newest first, page by page. */
export const agentsQuery = infiniteQueryOptions({
  queryKey: ['agents', 'list'],
  queryFn: async ({ pageParam, signal }) =>
    await call('listAgents', { query: { limit: PAGE, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next ?? undefined,
});

export function agentQuery(agentId: string) {
  return queryOptions({
    queryKey: ['agents', agentId],
    queryFn: async ({ signal }): Promise<LiveAgentView> =>
      await call('getAgent', { params: { agent_id: agentId }, signal }),
  });
}

/** Get the command that shows the agent's terminal; the server opens one where it has a desktop. */
export function useAttach(agentId: string) {
  return useMutation({
    mutationFn: async (isReadOnly: boolean) =>
      await call('attachTerminal', {
        params: { agent_id: agentId },
        body: { is_read_only: isReadOnly },
      }),
    onError: tellFailed,
  });
}
