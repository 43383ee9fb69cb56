import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { graphql } from '../../api/generated/gql.ts';
import type {
  ChangeDetailQuery,
  ChangeRowsQuery,
  ChangesQuery,
  ImportBatchesQuery,
} from '../../api/generated/graphql.ts';
import { request } from '../../api/request.ts';
import { nextRows, type RowsPlace } from './rowsOfChanges.ts';

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

/** The newest changes that touched an investigation, newest first. */
export const newestOf = async (investigationId: string): Promise<ChangeRow[]> =>
  (
    await request(ChangesDocument, { investigationId, actorId: null, action: null, first: 40, after: null })
  ).changes.edges.map(({ node }) => node);

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
      import {
        state
        result
      }
      details(first: 60) {
        pageInfo {
          hasNextPage
          endCursor
        }
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

const ImportBatchesDocument = graphql(`
  query ImportBatches($id: ID!, $after: String) {
    import(id: $id) {
      changes(first: 200, after: $after) {
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            id
            rows
            undoOf
          }
        }
      }
    }
  }
`);

/** The changes of a whole import, or of its undo, in the order in which they were made, and their rows in all. */
export const batchesQuery = (importId: string, isUndo: boolean) =>
  queryOptions({
    queryKey: ['changes', 'batches', importId, isUndo],
    queryFn: async ({ signal }): Promise<{ ids: string[]; rows: number }> => {
      const batches: { id: string; rows: number }[] = [];
      for (let after: string | null = null, isMore = true; isMore; ) {
        const answer: ImportBatchesQuery = await request(
          ImportBatchesDocument,
          { id: importId, after },
          { signal },
        );
        const page = answer.import?.changes;
        batches.push(
          ...(page?.edges ?? []).map(({ node }) => node).filter((node) => (node.undoOf !== null) === isUndo),
        );
        isMore = page?.pageInfo.hasNextPage ?? false;
        after = page?.pageInfo.endCursor ?? null;
      }
      return {
        ids: batches.map(({ id }) => id).reverse(),
        rows: batches.reduce((sum, { rows }) => sum + rows, 0),
      };
    },
  });

const ChangeRowsDocument = graphql(`
  query ChangeRows($id: Position!, $after: String) {
    change(id: $id) {
      details(first: 60, after: $after) {
        pageInfo {
          hasNextPage
          endCursor
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

type RowsPage = NonNullable<ChangeRowsQuery['change']>['details'];

/** Rows of these changes, one change after the other; `first` is the first page, where it is read already. */
export const changedRowsQuery = (changes: readonly string[], first?: RowsPage) =>
  infiniteQueryOptions({
    queryKey: ['changes', 'rows', changes[0] ?? null, changes.length],
    queryFn: async ({ signal, pageParam: { at, after } }): Promise<RowsPage> => {
      const { change } = await request(ChangeRowsDocument, { id: changes[at] ?? '', after }, { signal });
      return change?.details ?? { rows: [], pageInfo: { hasNextPage: false, endCursor: null } };
    },
    initialPageParam: { at: 0, after: null } as RowsPlace,
    getNextPageParam: ({ pageInfo }, _pages, place) => nextRows(place, pageInfo, changes.length),
    ...(first && { initialData: { pages: [first], pageParams: [{ at: 0, after: null }] } }),
  });

const DiffDocument = graphql(`
  query Diff($from: Position!, $to: Position, $investigationId: ID, $after: String) {
    diff(from: $from, to: $to, investigationId: $investigationId, first: 60, after: $after) {
      added
      changed
      removed
      bounded {
        total
        totalIsExact
      }
      pageInfo {
        hasNextPage
        endCursor
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
`);

/** Two moments, each after a change; `to` is now when left out. */
export type Compared = { from: string; to?: string | undefined };

/** Rows that differ between two moments, of everything or of one investigation. */
export const diffQuery = ({ from, to }: Compared, investigationId: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['changes', 'diff', from, to ?? null, investigationId ?? null],
    queryFn: ({ signal, pageParam }) =>
      request(
        DiffDocument,
        { from, to: to ?? null, investigationId: investigationId ?? null, after: pageParam },
        { signal },
      ).then((data) => data.diff),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.pageInfo.hasNextPage ? last.pageInfo.endCursor : undefined),
  });

const TitleDocument = graphql(`
  query InvestigationTitle($id: ID!) {
    investigation(id: $id) {
      title
    }
  }
`);

/** What an investigation is called; null where there is none that one may see. */
export const titleQuery = (id: string) =>
  queryOptions({
    queryKey: ['investigation', id, 'title'],
    queryFn: ({ signal }) =>
      request(TitleDocument, { id }, { signal }).then((data) => data.investigation?.title ?? null),
  });
