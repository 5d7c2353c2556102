import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { call } from '../api/client.ts';
import { meQuery } from '../api/me.ts';
import { tellFailed } from '../ui/toasts.tsx';

/** Log out, and forget everything that was read. */
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
