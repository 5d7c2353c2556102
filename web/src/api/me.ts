import { queryOptions, useQuery } from '@tanstack/react-query';
import type { MeView, Role } from '../../../src/contract/index.ts';
import { ApiError, call } from './client.ts';

/** Who is logged in; null for nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<MeView | null> => {
    try {
      return await call('me', { signal });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
});

const order: readonly Role[] = ['viewer', 'operator', 'admin'];

/** True when the person may do what needs this role, in sessions of their own. */
export function useRole(needed: Role): boolean {
  const { data } = useQuery(meQuery);
  return data != null && order.indexOf(data.role) >= order.indexOf(needed);
}
