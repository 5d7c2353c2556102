import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Role, SessionView } from '../../../src/contract/index.ts';
import { tellDone, tellFailed } from '../ui/toasts.tsx';
import { call } from './client.ts';
import { meQuery } from './me.ts';

export function membersQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['sessions', sessionId, 'members'],
    queryFn: async ({ signal }) =>
      (await call('listMembers', { params: { session_id: sessionId }, signal })).items,
  });
}

interface MemberWish {
  readonly userId: string;
  readonly name: string;
  readonly role: 'viewer' | 'operator';
}

export function useSetMember(sessionId: string) {
  const queries = useQueryClient();
  const { queryKey } = membersQuery(sessionId);
  return useMutation({
    mutationFn: async ({ userId, role }: MemberWish) =>
      await call('setMember', {
        params: { session_id: sessionId, user_id: userId },
        body: { role },
      }),
    onSuccess: (_reply, { name, role }) =>
      tellDone(`${name} may now ${role === 'viewer' ? 'see' : 'steer'} this session.`),
    onError: tellFailed,
    onSettled: async () => await queries.invalidateQueries({ queryKey }),
  });
}

export function useRemoveMember(sessionId: string) {
  const queries = useQueryClient();
  const { queryKey } = membersQuery(sessionId);
  return useMutation({
    mutationFn: async ({ userId }: Pick<MemberWish, 'userId' | 'name'>) =>
      await call('removeMember', { params: { session_id: sessionId, user_id: userId } }),
    onMutate: async ({ userId }) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      queries.setQueryData(queryKey, (now) => now?.filter(({ user_id }) => user_id !== userId));
      return { before };
    },
    onSuccess: (_reply, { name }) => tellDone(`${name} has no more right to this session.`),
    onError: (error, _wish, context) => {
      queries.setQueryData(queryKey, context?.before);
      tellFailed(error);
    },
    onSettled: async () => await queries.invalidateQueries({ queryKey }),
  });
}

/** Why the person may not act in this session; undefined when they may. */
export function useWhyNotAct(session: SessionView): string | undefined {
  const { data: me } = useQuery(meQuery);
  const isOwner = session.user_id === me?.user.user_id;
  // Only for operators in a session of somebody else the list of members decides.
  const { data: members } = useQuery({
    ...membersQuery(session.session_id),
    enabled: me?.role === 'operator' && !isOwner,
  });
  if (me == null) return 'You are not logged in.';
  if (me.role === 'admin') return undefined;
  if (me.role === 'viewer') return 'You may look, not act: your role is viewer.';
  if (isOwner) return undefined;
  const role: Role = members?.find(({ user_id }) => user_id === me.user.user_id)?.role ?? 'viewer';
  return role === 'viewer' ? 'You may look, not act: you are a viewer of this session.' : undefined;
}
