import { queryOptions } from '@tanstack/react-query';
import { graphql } from './generated/gql.ts';
import { request } from './request.ts';

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
        importId
        investigationId
      }
      canRedo {
        id
        summary
        at
      }
    }
  }
`);

/** Who is signed in, and what their next undo and redo would be. */
export const viewerQuery = queryOptions({
  queryKey: ['viewer'],
  queryFn: ({ signal }) => request(ViewerQuery, {}, { signal }).then((data) => data.viewer),
});
