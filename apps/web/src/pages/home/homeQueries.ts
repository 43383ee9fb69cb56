import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { graphql } from '../../api/generated/gql.ts';
import type { HomeImportsQuery, InvestigationsQuery } from '../../api/generated/graphql.ts';
import { request } from '../../api/request.ts';

const InvestigationsDocument = graphql(`
  query Investigations($first: Int, $after: String) {
    investigations(first: $first, after: $after) {
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
          title
          description
          marking
          archived
          readOnly
          itemCount
          changesSinceSeen
          changedAt
          members {
            role
            user {
              id
              name
            }
          }
        }
      }
    }
  }
`);

export type InvestigationRow = InvestigationsQuery['investigations']['edges'][number]['node'];

/** The reader's own and shared investigations, last changed first, 200 at a time. */
export const investigationsQuery = infiniteQueryOptions({
  queryKey: ['investigations'],
  queryFn: ({ signal, pageParam }) =>
    request(InvestigationsDocument, { first: 200, after: pageParam }, { signal }).then(
      (data) => data.investigations,
    ),
  initialPageParam: null as string | null,
  getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  select: ({ pages }) => ({
    rows: pages.flatMap(({ edges }) => edges.map(({ node }) => node)),
    total: pages.at(-1)?.bounded.total ?? 0,
  }),
});

const ImportsDocument = graphql(`
  query HomeImports($active: Boolean, $first: Int) {
    imports(active: $active, first: $first) {
      bounded {
        total
      }
      edges {
        node {
          id
          filename
          datasetKey
          state
          isPreview
          result
          startedAt
          finishedAt
          progress {
            rows
            rowsPerSecond
            etaSeconds
            bytesRead
            bytesTotal
            slowedBy
          }
        }
      }
    }
  }
`);

export type RunningImport = HomeImportsQuery['imports']['edges'][number]['node'];

/** Imports at work now, read again every two seconds while there are any. */
export const runningImportsQuery = queryOptions({
  queryKey: ['imports', 'running'],
  queryFn: ({ signal }) =>
    request(ImportsDocument, { active: true, first: 20 }, { signal }).then((data) => data.imports),
  refetchInterval: (query) => ((query.state.data?.edges.length ?? 0) > 0 ? 2000 : 20_000),
});

export async function loadHome(client: QueryClient): Promise<void> {
  await Promise.all([
    client.ensureInfiniteQueryData(investigationsQuery),
    client.prefetchQuery(runningImportsQuery),
  ]);
}
