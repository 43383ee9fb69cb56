import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { graphql } from '../api/generated/gql.ts';
import type { Direction, EntityQuery, RecordSourceQuery } from '../api/generated/graphql.ts';
import { request } from '../api/request.ts';

const EntityDocument = graphql(`
  query Entity($id: ID!) {
    entity(id: $id) {
      id
      caption
      schema
      aliases
      countries
      marking
      recordCount
      firstSeen
      lastSeen
      linkTotal
      datasets {
        key
        title
        reliability
        kind
      }
      linkCounts {
        type
        label
        direction
        count
        reference
      }
      investigations {
        id
        title
        readOnly
      }
      judgements {
        id
        verdict
        reason
        at
        by {
          name
        }
        left {
          id
          caption
        }
        right {
          id
          caption
        }
      }
      notes {
        id
        text
        at
        by {
          name
        }
        property
        value
        investigationId
      }
      facts {
        property
        label
        type
        value
        conflicting
        validFrom
        validTo
        entity {
          id
          caption
          schema
        }
        refuted {
          at
          reason
          by {
            name
          }
          recordId
        }
        sources {
          original
          dataset {
            key
            title
            reliability
            kind
          }
          record {
            id
          }
          sourceRef {
            row
            line
          }
        }
      }
    }
  }
`);

export type EntityDetails = NonNullable<EntityQuery['entity']>;
export type EntityFact = EntityDetails['facts'][number];

export const entityQuery = (id: string) =>
  queryOptions({
    queryKey: ['entity', id],
    queryFn: ({ signal }) => request(EntityDocument, { id }, { signal }).then((data) => data.entity),
  });

const RecordsDocument = graphql(`
  query EntityRecords($id: ID!, $after: String) {
    entity(id: $id) {
      records(first: 50, after: $after) {
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
            caption
            schema
            dataset {
              key
              title
              reliability
              kind
            }
            sourceRef {
              row
              line
            }
          }
        }
      }
    }
  }
`);

/** The records that the entity is made of. */
export const recordsQuery = (id: string) =>
  queryOptions({
    queryKey: ['entity', id, 'records'],
    queryFn: ({ signal }) =>
      request(RecordsDocument, { id, after: null }, { signal }).then((data) => data.entity?.records ?? null),
  });

const RecordSourceDocument = graphql(`
  query RecordSource($id: ID!) {
    record(id: $id) {
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
      }
    }
  }
`);

export type RecordSource = NonNullable<RecordSourceQuery['record']>;

/** One record with the very row of its file. */
export const recordSourceQuery = (id: string) =>
  queryOptions({
    queryKey: ['record', id],
    queryFn: ({ signal }) => request(RecordSourceDocument, { id }, { signal }).then((data) => data.record),
    staleTime: 5 * 60_000,
  });

const LinksDocument = graphql(`
  query EntityLinks($id: ID!, $type: String, $direction: Direction, $after: String) {
    entity(id: $id) {
      id
      links(first: 25, after: $after, type: $type, direction: $direction) {
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
            direction
            neighbour {
              id
              caption
              schema
            }
            relationship {
              id
              type
              label
              validFrom
              validTo
              dataset {
                key
                title
                reliability
              }
            }
          }
        }
      }
    }
  }
`);

/** Links of one type and direction, a page at a time. */
export const linksQuery = (id: string, type: string, direction: Direction) =>
  infiniteQueryOptions({
    queryKey: ['entity', id, 'links', type, direction],
    queryFn: ({ signal, pageParam }) =>
      request(LinksDocument, { id, type, direction, after: pageParam }, { signal }).then(
        (data) => data.entity?.links ?? null,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last?.pageInfo.hasNextPage ? last.pageInfo.endCursor : undefined),
  });

const HistoryDocument = graphql(`
  query EntityHistory($id: ID!) {
    entity(id: $id) {
      history(first: 50) {
        bounded {
          shown
          total
          totalIsExact
        }
        edges {
          node {
            id
            summary
            action
            at
            reason
            undoneBy
            actor {
              name
            }
          }
        }
      }
    }
  }
`);

export const entityHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: ['entity', id, 'history'],
    queryFn: ({ signal }) =>
      request(HistoryDocument, { id }, { signal }).then((data) => data.entity?.history ?? null),
  });
