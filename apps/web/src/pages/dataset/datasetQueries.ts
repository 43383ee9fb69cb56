import { queryOptions } from '@tanstack/react-query';
import { graphql } from '../../api/generated/gql.ts';
import type { DatasetPageQuery, DatasetsQuery } from '../../api/generated/graphql.ts';
import { request } from '../../api/request.ts';
import { useAct } from '../../api/useAct.ts';

const DatasetsDocument = graphql(`
  query Datasets($after: String) {
    datasets(first: 200, after: $after, includeNotebooks: true) {
      bounded {
        shown
        total
        totalIsExact
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

export const datasetsQuery = queryOptions({
  queryKey: ['datasets'],
  queryFn: ({ signal }) =>
    request(DatasetsDocument, { after: null }, { signal }).then((data) => data.datasets),
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
      imports(first: 20) {
        bounded {
          shown
          total
        }
        edges {
          node {
            id
            filename
            format
            mode
            state
            isPreview
            startedAt
            startedBy {
              name
            }
            progress {
              rows
              rejects
            }
          }
        }
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
