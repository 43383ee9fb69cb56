import { queryOptions } from '@tanstack/react-query';
import { graphql } from '../api/generated/gql.ts';
import type { RecordSourceFieldsFragment } from '../api/generated/graphql.ts';
import { momentOf } from '../api/moment.ts';
import { request } from '../api/request.ts';

graphql(`
  fragment RecordSourceFields on Record {
    id
    caption
    schema
    validFrom
    validTo
    marking
    dataset {
      key
      title
      reliability
      publisher
      kind
    }
    properties {
      name
      label
      type
      values
      entities {
        id
        caption
      }
    }
    sourceRef {
      alsoRows
    }
    source {
      filename
      importId
      row
      line
      text
      truncated
      before
      after
      removed {
        at
        reason
        by {
          name
        }
      }
    }
  }
`);

const RecordSourceDocument = graphql(`
  query RecordSource($id: ID!) {
    record(id: $id) {
      ...RecordSourceFields
    }
  }
`);

const RecordSourceAtDocument = graphql(`
  query RecordSourceAt($id: ID!, $time: DateTime, $position: Position) {
    at(time: $time, position: $position) {
      record(id: $id) {
        ...RecordSourceFields
      }
    }
  }
`);

export type RecordSource = RecordSourceFieldsFragment;

/** One record with the very row of its file. */
export const recordSourceQuery = (id: string, at?: string) =>
  queryOptions({
    queryKey: ['record', id, at ?? null],
    queryFn: async ({ signal }): Promise<RecordSource | null> =>
      at === undefined
        ? (await request(RecordSourceDocument, { id }, { signal })).record
        : (await request(RecordSourceAtDocument, { id, ...momentOf(at) }, { signal })).at.record,
    staleTime: 5 * 60_000,
  });
