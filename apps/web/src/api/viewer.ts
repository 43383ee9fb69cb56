import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { graphql } from './generated/gql.ts';
import type { ViewerQuery as Answer } from './generated/graphql.ts';
import { request, send } from './request.ts';

const ViewerQuery = graphql(`
  query Viewer {
    viewer {
      id
      name
      roles
      clearance
      tenant {
        id
        name
      }
      lastSeen
      canUndo {
        id
        summary
        at
        action
        importId
        investigationId
      }
      canRedo {
        id
        summary
        at
        undoOf
        investigationId
      }
    }
  }
`);

/** Asks who is signed in. */
export const askViewer = (signal: AbortSignal): Promise<Answer['viewer']> =>
  request(ViewerQuery, {}, { signal }).then((data) => data.viewer);

/** Who is signed in, and what their next undo and redo would be. */
export const viewerQuery = queryOptions({
  queryKey: ['viewer'],
  queryFn: ({ signal }) => askViewer(signal),
});

/** Asks whether somebody is signed in: nobody is an answer here, where any other question would be refused. */
export const isSignedIn = async (): Promise<boolean> =>
  (await send<{ user: object | null }>('/auth/session', {})).user !== null;

/**
 * The viewer once everything sent is answered and read again: an undo pressed right after an act takes that act, never
 * the one before it.
 */
export async function settledViewer(queryClient: QueryClient): Promise<Answer['viewer']> {
  if (queryClient.isMutating() > 0) {
    await new Promise<void>((done) => {
      const stop = queryClient.getMutationCache().subscribe(() => {
        if (queryClient.isMutating() > 0) return;
        stop();
        done();
      });
    });
  }
  const state = queryClient.getQueryState(viewerQuery.queryKey);
  if (state?.data && !state.isInvalidated && state.fetchStatus === 'idle') return state.data;
  return queryClient.fetchQuery(viewerQuery);
}
