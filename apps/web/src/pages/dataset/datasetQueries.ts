import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { graphql } from '../../api/generated/gql.ts';
import type { DatasetPageQuery, DatasetsQuery } from '../../api/generated/graphql.ts';
import { readWanted, together, type Wanted } from '../../api/readWanted.ts';
import { request } from '../../api/request.ts';
import { useAct } from '../../api/useAct.ts';

const DatasetsDocument = graphql(`
  query Datasets($after: String, $includeNotebooks: Boolean!) {
    datasets(first: 100, after: $after, includeNotebooks: $includeNotebooks) {
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
          key
          title
          kind
          publisher
          reliability
          marking
          investigationId
          counts {
            records
            relationships
            references
            unresolved
          }
        }
      }
    }
  }
`);

export type DatasetRow = DatasetsQuery['datasets']['edges'][number]['node'];

const PAGE = 100;

/** The datasets of one kind, by key. The server lists sources alone, and notebooks only among them. */
export const datasetsQuery = (kind: DatasetRow['kind']) =>
  infiniteQueryOptions({
    queryKey: ['datasets', 'list', kind],
    queryFn: ({ signal, pageParam }): Promise<Wanted<DatasetRow>> =>
      readWanted(
        (after) =>
          request(DatasetsDocument, { after, includeNotebooks: kind === 'NOTEBOOK' }, { signal }).then(
            (data) => data.datasets,
          ),
        (dataset) => dataset.kind === kind,
        pageParam,
        PAGE,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => together(pages),
  });

const DatasetNamesDocument = graphql(`
  query DatasetNames {
    datasets(first: 1000) {
      bounded {
        total
      }
      edges {
        node {
          key
          title
        }
      }
    }
  }
`);

/** What the sources are called, without what they hold: the first thousand by key. */
export const datasetNamesQuery = queryOptions({
  queryKey: ['datasets', 'names'],
  queryFn: ({ signal }) => request(DatasetNamesDocument, {}, { signal }).then((data) => data.datasets),
});

const DatasetDocument = graphql(`
  query DatasetPage($key: String!) {
    dataset(key: $key) {
      id
      key
      title
      kind
      publisher
      url
      licence
      reliability
      marking
      metadata
      investigationId
      counts {
        records
        relationships
        references
        unresolved
      }
    }
  }
`);

export type DatasetDetails = NonNullable<DatasetPageQuery['dataset']>;

export const datasetQuery = (key: string) =>
  queryOptions({
    queryKey: ['datasets', key],
    queryFn: ({ signal }) => request(DatasetDocument, { key }, { signal }).then((data) => data.dataset),
  });

const UpdateDatasetDocument = graphql(`
  mutation UpdateDataset($input: UpdateDatasetInput!) {
    updateDataset(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

const RemoveDatasetDocument = graphql(`
  mutation RemoveDataset($input: RemoveDatasetInput!) {
    removeDataset(input: $input) {
      change {
        id
        summary
      }
    }
  }
`);

const reads = () => [['datasets'], ['entity'], ['search'], ['record']];

export const useUpdateDataset = () =>
  useAct({
    document: UpdateDatasetDocument,
    reads,
    done: (data) => data.updateDataset.change?.summary ?? 'Nothing changed',
  });

/** Removes a dataset with all it says; undone like anything else. */
export const useRemoveDataset = () =>
  useAct({ document: RemoveDatasetDocument, reads, done: (data) => data.removeDataset.change?.summary });
