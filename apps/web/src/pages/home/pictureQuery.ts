import { queryOptions } from '@tanstack/react-query';
import { graphql } from '../../api/generated/gql.ts';
import { request } from '../../api/request.ts';

const PictureDocument = graphql(`
  query Picture($id: ID!) {
    investigation(id: $id) {
      id
      items(first: 120) {
        edges {
          node {
            entityId
            x
            y
            entity {
              id
              schema
            }
          }
        }
      }
      graph {
        links {
          source
          target
          datasets
          relationshipIds
        }
      }
    }
  }
`);

/** Places, types and links of an investigation: enough for a still picture. */
export const pictureQuery = (id: string) =>
  queryOptions({
    queryKey: ['investigation', id, 'picture'],
    queryFn: ({ signal }) => request(PictureDocument, { id }, { signal }).then((data) => data.investigation),
    staleTime: 5 * 60_000,
  });
