import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';

/** Data is refreshed by events, so nothing is fetched again by time or by focus. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => error instanceof ApiError && error.status === 0 && count < 3,
    },
    mutations: { retry: false },
  },
});
