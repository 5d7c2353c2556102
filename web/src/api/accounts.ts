import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { z } from 'zod';
import type { Role, routes, UserView } from '../../../src/contract/index.ts';
import { tellDone, tellFailed } from '../ui/toasts.tsx';
import { call } from './client.ts';

export const loginsQuery = queryOptions({
  queryKey: ['me', 'logins'],
  queryFn: async ({ signal }) => (await call('listLogins', { signal })).items,
});

export const tokensQuery = queryOptions({
  queryKey: ['me', 'tokens'],
  queryFn: async ({ signal }) => (await call('listTokens', { signal })).items,
});

/** All users, for admins. */
export const usersQuery = infiniteQueryOptions({
  queryKey: ['users'],
  queryFn: async ({ pageParam, signal }) =>
    await call('listUsers', { query: { limit: 200, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
});

export function useSetPassword() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: z.input<typeof routes.setPassword.body>) =>
      await call('setPassword', { body }),
    onSuccess: async () => {
      tellDone('The password is changed; other logins ended.');
      await queries.invalidateQueries({ queryKey: loginsQuery.queryKey });
    },
  });
}

export function useEndLogin() {
  const queries = useQueryClient();
  const { queryKey } = loginsQuery;
  return useMutation({
    mutationFn: async (loginId: string) =>
      await call('endLogin', { params: { login_id: loginId } }),
    onMutate: async (loginId) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      queries.setQueryData(queryKey, (now) => now?.filter(({ login_id }) => login_id !== loginId));
      return { before };
    },
    onSuccess: () => tellDone('That login has ended.'),
    onError: (error, _loginId, context) => {
      queries.setQueryData(queryKey, context?.before);
      tellFailed(error);
    },
    onSettled: async () => await queries.invalidateQueries({ queryKey }),
  });
}

export function useCreateToken() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: z.input<typeof routes.createToken.body>) =>
      await call('createToken', { body }),
    onSuccess: async () => await queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
}

export function useRevokeToken() {
  const queries = useQueryClient();
  const { queryKey } = tokensQuery;
  return useMutation({
    mutationFn: async (tokenId: string) =>
      await call('revokeToken', { params: { token_id: tokenId } }),
    onMutate: async (tokenId) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      queries.setQueryData(queryKey, (now) => now?.filter(({ token_id }) => token_id !== tokenId));
      return { before };
    },
    onSuccess: () => tellDone('The token is revoked.'),
    onError: (error, _tokenId, context) => {
      queries.setQueryData(queryKey, context?.before);
      tellFailed(error);
    },
    onSettled: async () => await queries.invalidateQueries({ queryKey }),
  });
}

export function useInvite() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: { name: string; role: Role }) => await call('createUser', { body }),
    onSuccess: async () => await queries.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
}

export interface UserChange {
  readonly user: UserView;
  readonly role?: Role;
  readonly is_disabled?: boolean;
}

/** Change a role or disable somebody; shown at once, taken back when it is refused. */
export function useSetUser() {
  const queries = useQueryClient();
  const { queryKey } = usersQuery;
  return useMutation({
    mutationFn: async ({ user, ...body }: UserChange) =>
      await call('setUser', { params: { user_id: user.user_id }, body }),
    onMutate: async ({ user, ...change }) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      queries.setQueryData(queryKey, (now) =>
        now === undefined
          ? now
          : {
              ...now,
              pages: now.pages.map((page) => ({
                ...page,
                items: page.items.map((one) =>
                  one.user_id === user.user_id ? { ...one, ...change } : one,
                ),
              })),
            },
      );
      return { before };
    },
    onSuccess: (user, { is_disabled }) => {
      if (is_disabled === undefined) tellDone(`${user.name} is now ${user.role}.`);
      else tellDone(`${user.name} is ${is_disabled ? 'disabled: all logins ended' : 'enabled'}.`);
    },
    onError: (error, _change, context) => {
      queries.setQueryData(queryKey, context?.before);
      tellFailed(error);
    },
    onSettled: async () => await queries.invalidateQueries({ queryKey }),
  });
}

export function useResetUser() {
  return useMutation({
    mutationFn: async (userId: string) => await call('resetUser', { params: { user_id: userId } }),
    onError: tellFailed,
  });
}

/** The whole address of a one-time link. */
export function oneTimeLink(path: string): string {
  return new URL(path, location.origin).href;
}
