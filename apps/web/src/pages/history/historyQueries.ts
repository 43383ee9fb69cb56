import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { graphql } from '../../api/generated/gql.ts';
import type { ChangeDetailQuery, ChangesQuery } from '../../api/generated/graphql.ts';
import { request } from '../../api/request.ts';

const ChangesDocument = graphql(`
  query Changes($investigationId: ID, $actorId: ID, $action: String, $first: Int, $after: String) {
    changes(
      investigationId: $investigationId
      actorId: $actorId
      action: $action
      first: $first
      after: $after
      wholeImports: true
    ) {
      bounded {
        shown
        total
        totalIsExact
      }
      pageInfo {
        endCursor
        hasNextPage
      }
      edges {
        node {
          id
          action
          summary
          reason
          at
          rows
          canUndo
          undoOf
          undoneBy
          importId
          investigationId
          import {
            state
            result
          }
          actor {
            id
            name
            kind
          }
        }
      }
    }
  }
`);

export type ChangeRow = ChangesQuery['changes']['edges'][number]['node'];

export type ChangeFilter = { investigationId?: string | undefined; actorId?: string | undefined };

/** Newest first, 40 at a time; an import is one change, however many batches it took. */
export const changesQuery = ({ investigationId, actorId }: ChangeFilter) =>
  infiniteQueryOptions({
    queryKey: ['changes', 'list', investigationId ?? null, actorId ?? null],
    queryFn: ({ signal, pageParam }) =>
      request(
        ChangesDocument,
        {
          investigationId: investigationId ?? null,
          actorId: actorId ?? null,
          action: null,
          first: 40,
          after: pageParam,
        },
        { signal },
      ).then((data) => data.changes),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.pageInfo.hasNextPage ? last.pageInfo.endCursor : undefined),
  });

export const latestChangesQuery = queryOptions({
  queryKey: ['changes', 'latest'],
  queryFn: ({ signal }) =>
    request(
      ChangesDocument,
      { investigationId: null, actorId: null, action: null, first: 40, after: null },
      { signal },
    ).then((data) => data.changes),
});

const ChangeDetailDocument = graphql(`
  query ChangeDetail($id: Position!) {
    change(id: $id) {
      id
      action
      summary
      reason
      at
      rows
      canUndo
      undoOf
      undoneBy
      importId
      investigationId
      actor {
        id
        name
        kind
      }
      targets {
        id
        kind
        caption
      }
      details(first: 60) {
        added
        changed
        removed
        bounded {
          shown
          total
          totalIsExact
        }
        rows {
          id
          act
          kind
          caption
          before
          after
        }
      }
    }
  }
`);

export type ChangeDetail = NonNullable<ChangeDetailQuery['change']>;
export type RowChange = ChangeDetail['details']['rows'][number];

/** One change with its rows before and after. */
export const changeQuery = (id: string) =>
  queryOptions({
    queryKey: ['changes', 'one', id],
    queryFn: ({ signal }) => request(ChangeDetailDocument, { id }, { signal }).then((data) => data.change),
  });
