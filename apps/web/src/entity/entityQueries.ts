import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { graphql } from '../api/generated/gql.ts';
import type { Direction, EntityFieldsFragment } from '../api/generated/graphql.ts';
import { momentOf } from '../api/moment.ts';
import { request } from '../api/request.ts';

graphql(`
  fragment EntityFields on Entity {
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
          alsoRows
        }
      }
    }
  }
`);

const EntityDocument = graphql(`
  query Entity($id: ID!) {
    entity(id: $id) {
      ...EntityFields
    }
  }
`);

const EntityAtDocument = graphql(`
  query EntityAt($id: ID!, $time: DateTime, $position: Position) {
    at(time: $time, position: $position) {
      entity(id: $id) {
        ...EntityFields
      }
    }
  }
`);

export type EntityDetails = EntityFieldsFragment;
export type EntityFact = EntityDetails['facts'][number];

/** An entity as it is known, now or as of a moment; null when the reader does not see it. */
export const entityQuery = (id: string, at?: string) =>
  queryOptions({
    queryKey: at === undefined ? ['entity', id] : ['entity', id, 'at', at],
    queryFn: async ({ signal }): Promise<EntityDetails | null> =>
      at === undefined
        ? (await request(EntityDocument, { id }, { signal })).entity
        : (await request(EntityAtDocument, { id, ...momentOf(at) }, { signal })).at.entity,
  });

graphql(`
  fragment RecordsFields on Entity {
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
            alsoRows
          }
        }
      }
    }
  }
`);

const RecordsDocument = graphql(`
  query EntityRecords($id: ID!, $after: String) {
    entity(id: $id) {
      ...RecordsFields
    }
  }
`);

const RecordsAtDocument = graphql(`
  query EntityRecordsAt($id: ID!, $after: String, $time: DateTime, $position: Position) {
    at(time: $time, position: $position) {
      entity(id: $id) {
        ...RecordsFields
      }
    }
  }
`);

/** The records that the entity is made of. */
export const recordsQuery = (id: string, at?: string) =>
  queryOptions({
    queryKey: ['entity', id, 'records', at ?? null],
    queryFn: async ({ signal }) => {
      const wanted = { id, after: null };
      const { entity } =
        at === undefined
          ? await request(RecordsDocument, wanted, { signal })
          : (await request(RecordsAtDocument, { ...wanted, ...momentOf(at) }, { signal })).at;
      return entity?.records ?? null;
    },
  });

graphql(`
  fragment LinksFields on Entity {
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
            properties {
              name
              type
              values
            }
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
`);

const LinksDocument = graphql(`
  query EntityLinks($id: ID!, $type: String, $direction: Direction, $after: String) {
    entity(id: $id) {
      ...LinksFields
    }
  }
`);

const LinksAtDocument = graphql(`
  query EntityLinksAt($id: ID!, $type: String, $direction: Direction, $after: String, $time: DateTime, $position: Position) {
    at(time: $time, position: $position) {
      entity(id: $id) {
        ...LinksFields
      }
    }
  }
`);

/** Links of one type and direction, a page at a time. */
export const linksQuery = (id: string, type: string, direction: Direction, at?: string) =>
  infiniteQueryOptions({
    queryKey: ['entity', id, 'links', type, direction, at ?? null],
    queryFn: async ({ signal, pageParam }) => {
      const wanted = { id, type, direction, after: pageParam };
      const { entity } =
        at === undefined
          ? await request(LinksDocument, wanted, { signal })
          : (await request(LinksAtDocument, { ...wanted, ...momentOf(at) }, { signal })).at;
      return entity?.links ?? null;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last?.pageInfo.hasNextPage ? last.pageInfo.endCursor : undefined),
  });

graphql(`
  fragment HistoryFields on Entity {
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
`);

const HistoryDocument = graphql(`
  query EntityHistory($id: ID!) {
    entity(id: $id) {
      ...HistoryFields
    }
  }
`);

const HistoryAtDocument = graphql(`
  query EntityHistoryAt($id: ID!, $time: DateTime, $position: Position) {
    at(time: $time, position: $position) {
      entity(id: $id) {
        ...HistoryFields
      }
    }
  }
`);

export const entityHistoryQuery = (id: string, at?: string) =>
  queryOptions({
    queryKey: ['entity', id, 'history', at ?? null],
    queryFn: async ({ signal }) => {
      const { entity } =
        at === undefined
          ? await request(HistoryDocument, { id }, { signal })
          : (await request(HistoryAtDocument, { id, ...momentOf(at) }, { signal })).at;
      return entity?.history ?? null;
    },
  });
