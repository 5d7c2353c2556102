import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { z } from 'zod';
import type { routes, SessionView } from '../../../src/contract/index.ts';
import { tellDone, tellFailed } from '../ui/toasts.tsx';
import { call } from './client.ts';
import { LARGEST_PAGE } from './jobs-choices.ts';

export type SessionStatus = 'active' | 'archived';
export type UsageBy = 'job' | 'model' | 'day' | 'agent';
export type NewSession = z.input<typeof routes.createSession.body>;
export type Budget = z.input<typeof routes.setSession.body>;

const PAGE = 100;

export function sessionsQuery(status: SessionStatus) {
  return infiniteQueryOptions({
    queryKey: ['sessions', 'list', status],
    queryFn: async ({ pageParam, signal }) =>
      await call('listSessions', { query: { status, limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function sessionQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['sessions', sessionId],
    queryFn: async ({ signal }) =>
      await call('getSession', { params: { session_id: sessionId }, signal }),
  });
}

export function sessionHealthQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['sessions', sessionId, 'health'],
    queryFn: async ({ signal }) =>
      await call('checkSession', { params: { session_id: sessionId }, signal }),
  });
}

/** The main agent as it is now; null when none is there. */
export function mainAgentQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['agents', 'of-session', sessionId],
    queryFn: async ({ signal }) => {
      const query = { session_id: sessionId, limit: LARGEST_PAGE };
      const { items } = await call('listAgents', { query, signal });
      return items.find(({ agent_id }) => agent_id === sessionId) ?? null;
    },
  });
}

export function sessionUsageQuery(sessionId: string, by: UsageBy) {
  return queryOptions({
    queryKey: ['sessions', sessionId, 'usage', by],
    queryFn: async ({ signal }) =>
      await call('sessionUsage', { params: { session_id: sessionId }, query: { by }, signal }),
  });
}

export function usageQuery(by: UsageBy | 'session') {
  return queryOptions({
    queryKey: ['usage', by],
    queryFn: async ({ signal }) => await call('usage', { query: { by }, signal }),
    // No event tells that it changed.
    staleTime: 0,
  });
}

export function useCreateSession() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: NewSession) => await call('createSession', { body }),
    onSuccess: async (session) => {
      queries.setQueryData(sessionQuery(session.session_id).queryKey, session);
      await queries.invalidateQueries({ queryKey: ['sessions', 'list'] });
    },
  });
}

export function useSetBudget(sessionId: string) {
  const queries = useQueryClient();
  const key = sessionQuery(sessionId).queryKey;
  return useMutation({
    mutationFn: async (body: Budget) =>
      await call('setSession', { params: { session_id: sessionId }, body }),
    onSuccess: (session) => {
      queries.setQueryData(key, session);
      tellDone('The budget is set.');
    },
    onError: tellFailed,
  });
}

/** Archive or restore at once on the screen; taken back when the server refuses. */
export function useMoveSession(sessionId: string) {
  const queries = useQueryClient();
  const key = sessionQuery(sessionId).queryKey;
  const move = useMutation({
    mutationFn: async (to: SessionStatus) =>
      await call(to === 'archived' ? 'archiveSession' : 'restoreSession', {
        params: { session_id: sessionId },
      }),
    onMutate: async (to) => {
      await queries.cancelQueries({ queryKey: key, exact: true });
      const before = queries.getQueryData(key);
      if (before !== undefined) queries.setQueryData(key, { ...before, status: to });
      return { before };
    },
    onSuccess: (session: SessionView, to) => {
      queries.setQueryData(key, session);
      if (to === 'archived') {
        tellDone(`“${session.name}” is archived.`, () => move.mutate('active'));
      } else {
        tellDone(`“${session.name}” is active again.`);
      }
    },
    onError: (error, _to, context) => {
      if (context?.before !== undefined) queries.setQueryData(key, context.before);
      tellFailed(error);
    },
    onSettled: async () => await queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
  return move;
}

export function useDeleteSession(sessionId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => await call('deleteSession', { params: { session_id: sessionId } }),
    onSuccess: async () => {
      queries.removeQueries({ queryKey: ['sessions', sessionId] });
      await queries.invalidateQueries({ queryKey: ['sessions', 'list'] });
    },
    onError: tellFailed,
  });
}

export type MainAgentStep = 'start' | 'stop' | 'recover';

const stepRoutes = {
  start: 'startSession',
  stop: 'stopSession',
  recover: 'recoverSession',
} as const;

export function useMainAgentStep(sessionId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (step: MainAgentStep) =>
      await call(stepRoutes[step], { params: { session_id: sessionId } }),
    onSuccess: (_reply, step) => {
      tellDone(
        step === 'stop' ? 'The main agent is stopped.' : 'The main agent is ready for messages.',
      );
    },
    onError: tellFailed,
    onSettled: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['sessions', sessionId, 'health'] }),
        queries.invalidateQueries({ queryKey: ['agents'] }),
      ]);
    },
  });
}
