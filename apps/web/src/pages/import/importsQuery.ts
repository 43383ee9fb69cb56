import { infiniteQueryOptions } from '@tanstack/react-query';
import { graphql } from '../../api/generated/gql.ts';
import type { ImportsQuery } from '../../api/generated/graphql.ts';
import { readWanted, together, type Wanted } from '../../api/readWanted.ts';
import { request } from '../../api/request.ts';

const ImportsDocument = graphql(`
  query Imports($dataset: String, $after: String) {
    imports(first: 50, after: $after, dataset: $dataset) {
      bounded {
        total
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          filename
          bytes
          datasetKey
          state
          isPreview
          result
          startedAt
          startedBy {
            name
          }
          progress {
            rows
            rejects
          }
          removed {
            by {
              name
            }
            at
            reason
          }
        }
      }
    }
  }
`);

export type ImportRow = ImportsQuery['imports']['edges'][number]['node'];

const PAGE = 20;

/** Imports of a dataset, or of all, newest first; checks are left out, however many were made. */
export const importsQuery = (dataset?: string) =>
  infiniteQueryOptions({
    queryKey: ['imports', 'list', dataset ?? null],
    queryFn: ({ signal, pageParam }): Promise<Wanted<ImportRow>> =>
      readWanted(
        (after) =>
          request(ImportsDocument, { dataset: dataset ?? null, after }, { signal }).then(
            (data) => data.imports,
          ),
        ({ isPreview }) => !isPreview,
        pageParam,
        PAGE,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => together(pages),
  });
