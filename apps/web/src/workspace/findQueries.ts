import { queryOptions } from '@tanstack/react-query';
import { graphql } from '../api/generated/gql.ts';
import type {
  CommonNeighboursQuery,
  MomentCommonNeighboursQuery,
  MomentPathsQuery,
  PathsQuery,
} from '../api/generated/graphql.ts';
import { momentOf } from '../api/moment.ts';
import { request } from '../api/request.ts';

graphql(`
  fragment FoundFields on Entity {
    id
    caption
    schema
    countries
    lastSeen
    datasets {
      key
      title
      kind
    }
  }
`);

graphql(`
  fragment PathsFields on PathsResult {
    bounded {
      complete
      reason
      shown
      total
      totalIsExact
    }
    entities {
      ...FoundFields
    }
    paths {
      hops
      entityIds
      links {
        source
        target
        label
        type
        directed
        reference
        relationshipIds
      }
    }
  }
`);

const PathsDocument = graphql(`
  query Paths($input: PathsInput!) {
    paths(input: $input) {
      ...PathsFields
    }
  }
`);

const PathsAtDocument = graphql(`
  query MomentPaths($input: PathsInput!, $time: DateTime, $position: Position) {
    at(time: $time, position: $position) {
      paths(input: $input) {
        ...PathsFields
      }
    }
  }
`);

export type PathsAnswer = PathsQuery['paths'] | MomentPathsQuery['at']['paths'];
export type FoundPath = PathsAnswer['paths'][number];

export type PathsWish = { from: string; to: string; maxHops: number; k: number; references: boolean };

/** The shortest paths between two entities, now or as of a moment. */
export const pathsQuery = (input: PathsWish, at: string | undefined) =>
  queryOptions({
    queryKey: ['entity', 'paths', input, at ?? null],
    queryFn: async ({ signal }): Promise<PathsAnswer> =>
      at === undefined
        ? (await request(PathsDocument, { input }, { signal })).paths
        : (await request(PathsAtDocument, { input, ...momentOf(at) }, { signal })).at.paths,
  });

graphql(`
  fragment CommonFields on CommonNeighboursResult {
    bounded {
      complete
      reason
      shown
      total
      totalIsExact
    }
    neighbours {
      entity {
        ...FoundFields
      }
      links {
        source
        target
        label
      }
    }
  }
`);

const CommonDocument = graphql(`
  query CommonNeighbours($input: CommonNeighboursInput!) {
    commonNeighbours(input: $input) {
      ...CommonFields
    }
  }
`);

const CommonAtDocument = graphql(`
  query MomentCommonNeighbours($input: CommonNeighboursInput!, $time: DateTime, $position: Position) {
    at(time: $time, position: $position) {
      commonNeighbours(input: $input) {
        ...CommonFields
      }
    }
  }
`);

export type CommonAnswer =
  | CommonNeighboursQuery['commonNeighbours']
  | MomentCommonNeighboursQuery['at']['commonNeighbours'];

/** Entities linked to every one of the given ones, 100 at most. */
export const commonQuery = (entityIds: readonly string[], references: boolean, at: string | undefined) =>
  queryOptions({
    queryKey: ['entity', 'common', entityIds, references, at ?? null],
    queryFn: async ({ signal }): Promise<CommonAnswer> => {
      const input = { entityIds: [...entityIds], references, first: 100 };
      return at === undefined
        ? (await request(CommonDocument, { input }, { signal })).commonNeighbours
        : (await request(CommonAtDocument, { input, ...momentOf(at) }, { signal })).at.commonNeighbours;
    },
  });
