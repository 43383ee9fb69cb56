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
