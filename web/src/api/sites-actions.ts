import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { ExecutionView, routes, SiteStepName } from '../../../src/contract/index.ts';
import { tellDone, tellFailed } from '../ui/toasts.tsx';
import { call } from './client.ts';
import { siteQuery } from './sites.ts';

export type NewSite = z.input<typeof routes.createSite.body>;

interface SentSite {
  readonly body: NewSite;
  /** Sent twice, it is made once. */
  readonly idempotencyKey: string;
}

export function useCreateSite() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (site: SentSite) => await call('createSite', site),
    onSuccess: async (site) => {
      queries.setQueryData(siteQuery(site.session_id).queryKey, site);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['sites', 'list'] }),
        queries.invalidateQueries({ queryKey: ['sessions'] }),
      ]);
    },
  });
}

/** Publish the files as they are once the messages sent before are done. */
export function useRedeploy(sessionId: string) {
  const refresh = useRefresh(sessionId);
  return useMutation({
    mutationFn: async () => await call('redeploySite', { params: { session_id: sessionId } }),
    onSuccess: () => tellDone('A redeployment is queued.'),
    onError: tellFailed,
    onSettled: refresh,
  });
}

export function useRollBack(sessionId: string) {
  const refresh = useRefresh(sessionId);
  return useMutation({
    mutationFn: async (releaseId: string) =>
      await call('rollbackSite', {
        params: { session_id: sessionId },
        body: { release_id: releaseId },
      }),
    onSuccess: (_execution, releaseId) => tellDone(`Going back to ${releaseId} is queued.`),
    onError: tellFailed,
    onSettled: refresh,
  });
}

export function useDestroySite(sessionId: string) {
  const queries = useQueryClient();
  const refresh = useRefresh(sessionId);
  return useMutation({
    mutationFn: async () => await call('destroySite', { params: { session_id: sessionId } }),
    onSuccess: (site) => {
      queries.setQueryData(siteQuery(sessionId).queryKey, site);
      tellDone(`“${site.name}” is being taken off the web. Its session stays.`);
    },
    onError: tellFailed,
    onSettled: refresh,
  });
}

export function useCancelExecution(sessionId: string) {
  const refresh = useRefresh(sessionId);
  return useMutation({
    mutationFn: async (executionId: string) =>
      await call('cancelExecution', { params: { execution_id: executionId } }),
    onSuccess: () => tellDone('It is being cancelled; what is live stays live.'),
    onError: tellFailed,
    onSettled: refresh,
  });
}

export type StepAction = 'retry' | 'skip' | 'rerun';

const stepRoutes = { retry: 'retryStep', skip: 'skipStep', rerun: 'rerunFromStep' } as const;

interface StepWish {
  readonly action: StepAction;
  readonly executionId: string;
  readonly step: SiteStepName;
}

export function useStepAction(sessionId: string) {
  const refresh = useRefresh(sessionId);
  return useMutation({
    mutationFn: async ({ action, executionId, step }: StepWish): Promise<ExecutionView> =>
      await call(stepRoutes[action], { params: { execution_id: executionId, step } }),
    onError: tellFailed,
    onSettled: refresh,
  });
}

function useRefresh(sessionId: string): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['sites', sessionId] }),
      queries.invalidateQueries({ queryKey: ['sites', 'list'] }),
    ]);
  };
}
