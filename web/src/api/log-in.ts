import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { z } from 'zod';
import type { MeView, routes } from '../../../src/contract/index.ts';
import { tellFailed } from '../ui/toasts.tsx';
import { call } from './client.ts';
import { meQuery } from './me.ts';

/** Become the one who logged in: nothing that was read for another person stays. */
function useBecome(): (me: MeView) => void {
  const queries = useQueryClient();
  return (me) => {
    queries.clear();
    queries.setQueryData(meQuery.queryKey, me);
  };
}

/** @param then called when somebody is logged in. */
export function useLogIn(then: () => Promise<void>) {
  const become = useBecome();
  return useMutation({
    mutationFn: async (body: z.input<typeof routes.logIn.body>) => await call('logIn', { body }),
    onSuccess: async (me) => {
      become(me);
      await then();
    },
  });
}

/** Who a one-time link is for. */
export function invitationQuery(code: string) {
  return queryOptions({
    queryKey: ['invitation', code],
    queryFn: async () => await call('getInvitation', { body: { code } }),
    retry: false,
  });
}

/** Set a password by a one-time link. @param then called when the person is logged in. */
export function useAcceptInvitation(then: () => Promise<void>) {
  const become = useBecome();
  return useMutation({
    mutationFn: async (body: z.input<typeof routes.acceptInvitation.body>) =>
      await call('acceptInvitation', { body }),
    onSuccess: async (me) => {
      become(me);
      await then();
    },
  });
}

/** Log out, forget everything that was read, and go to where one logs in. */
export function useLogOut(): () => void {
  const queries = useQueryClient();
  const router = useRouter();
  const { mutate } = useMutation({
    mutationFn: async () => await call('logOut'),
    onSuccess: async () => {
      await queries.cancelQueries();
      queries.setQueryData(meQuery.queryKey, null);
      await router.navigate({ to: '/login' });
      queries.clear();
    },
    onError: tellFailed,
  });
  return mutate;
}
