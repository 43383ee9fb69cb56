import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './apiError.ts';

/** One cache for the whole app. Reads try again twice when the server did not answer, never when it refused. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && error instanceof ApiError && error.mayBeRetried,
    },
    mutations: { retry: false },
  },
});

/** For `refetchInterval`: while a store is down its question is asked again, as often as the server says, at least every 5 s. */
export const whileDown = ({ state: { error } }: { state: { error: Error | null } }): number | false =>
  error instanceof ApiError && error.code === 'GRAPH_UNAVAILABLE'
    ? Math.min(5, Math.max(1, error.retryAfter ?? 5)) * 1000
    : false;
