import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './apiError.ts';
import { lostBy } from './reach.ts';

/** Who one is and what one may, here and in the case on the screen, is read anew. */
export const readRights = (): Promise<unknown> =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: ['viewer'] }),
    queryClient.invalidateQueries({ queryKey: ['rights'] }),
  ]);

/** A refusal says that one may less than the page was made for: what cannot be done should not be offered again. */
function doubtRights(error: unknown, asked?: unknown): void {
  if (error instanceof ApiError && error.code === 'FORBIDDEN' && asked !== 'viewer' && asked !== 'rights')
    void readRights();
}

/** One cache for the whole app. Reads try again twice when the server did not answer, never when it refused. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, { queryKey }) => doubtRights(error, queryKey[0]) }),
  mutationCache: new MutationCache({ onError: (error) => doubtRights(error) }),
  defaultOptions: {
    queries: {
      // The browser's own idea of a network is not asked: Summit may run on this machine, or behind a way it knows nothing of.
      networkMode: 'always',
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && error instanceof ApiError && error.mayBeRetried,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

/** Whether a question failed only because nobody was there to answer it. */
const isUnanswered = ({ state: { error } }: { state: { error: Error | null } }) =>
  error instanceof ApiError && lostBy(error.code) !== undefined;

/**
 * Once the server is back: what failed is asked again, and what is on screen is read anew, but for charts, which move only when
 * asked; their changes by others wait to be shown.
 */
export async function readAgain(): Promise<void> {
  await Promise.all([
    queryClient.refetchQueries({ predicate: isUnanswered }),
    queryClient.invalidateQueries({
      predicate: (query) =>
        !isUnanswered(query) && !['investigation', 'undo-preview'].includes(String(query.queryKey[0])),
    }),
    queryClient.invalidateQueries({ queryKey: ['investigation'], refetchType: 'none' }),
  ]);
}

/** For `refetchInterval`: while a store is down or busy its question is asked again, as often as the server says, at least every 5 s. */
export const whileDown = ({ state: { error } }: { state: { error: Error | null } }): number | false =>
  error instanceof ApiError && ['GRAPH_UNAVAILABLE', 'GRAPH_BUSY'].includes(error.code)
    ? Math.min(5, Math.max(1, error.retryAfter ?? 5)) * 1000
    : false;
