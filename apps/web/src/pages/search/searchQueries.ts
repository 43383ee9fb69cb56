import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { graphql } from '../../api/generated/gql.ts';
import type { SearchFilter, SearchQuery } from '../../api/generated/graphql.ts';
import { request } from '../../api/request.ts';

const SearchDocument = graphql(`
  query Search($query: String!, $filter: SearchFilter, $first: Int, $after: String) {
    search(query: $query, filter: $filter, first: $first, after: $after) {
      bounded {
        shown
        total
        totalIsExact
        complete
        reason
      }
      notes
      pageInfo {
        endCursor
        hasNextPage
      }
      facets {
        name
        exact
        values {
          value
          label
          count
        }
      }
      hits {
        score
        matches {
          property
          label
          value
          how
          spans
        }
        entity {
          id
          caption
          schema
          countries
          recordCount
          datasets {
            key
            title
            reliability
          }
        }
      }
    }
  }
`);

export type SearchAnswer = SearchQuery['search'];
export type SearchHit = SearchAnswer['hits'][number];

/** The first hits, for the palette and dialogs. Earlier hits stay on screen while the next are read. */
export const searchQuery = ({ q, first = 8, filter }: { q: string; first?: number; filter?: SearchFilter }) =>
  queryOptions({
    queryKey: ['search', 'first', q, first, filter ?? null],
    queryFn: ({ signal }) =>
      request(SearchDocument, { query: q, filter: filter ?? null, first, after: null }, { signal }).then(
        (data) => data.search,
      ),
  });

/** All hits, a page of 30 at a time. */
export const searchPagesQuery = (q: string, filter: SearchFilter) =>
  infiniteQueryOptions({
    queryKey: ['search', 'pages', q, filter],
    queryFn: ({ signal, pageParam }) =>
      request(SearchDocument, { query: q, filter, first: 30, after: pageParam }, { signal }).then(
        (data) => data.search,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.pageInfo.hasNextPage ? last.pageInfo.endCursor : undefined),
  });
