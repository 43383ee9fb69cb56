import { queryOptions } from '@tanstack/react-query';
import { graphql } from '../api/generated/gql.ts';
import type { Direction, NeighbourhoodQuery } from '../api/generated/graphql.ts';
import { request } from '../api/request.ts';

const LinkCountsDocument = graphql(`
  query LinkCounts($ids: [ID!]!) {
    entities(ids: $ids) {
      id
      caption
      linkCounts {
        type
        label
        direction
        count
        reference
      }
    }
  }
`);

export type LinkGroup = {
  /** `type direction`. */
  key: string;
  type: string;
  direction: Direction;
  label: string;
  count: number;
  reference: boolean;
};

const COUNTED_AT_ONCE = 100;

/** Entities that one question of the graph may name. */
export const ASKED_AT_ONCE = 1000;

/** Links of these entities by type and direction, most first, references last. */
export const linkGroupsQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ['entity', 'linkGroups', ids],
    queryFn: async ({ signal }): Promise<LinkGroup[]> => {
      const groups = new Map<string, LinkGroup>();
      // All of them: what is counted is what expanding follows.
      for (let from = 0; from < ids.length; from += COUNTED_AT_ONCE) {
        const some = ids.slice(from, from + COUNTED_AT_ONCE);
        const { entities } = await request(LinkCountsDocument, { ids: some }, { signal });
        for (const entity of entities) {
          for (const { type, direction, label, count, reference } of entity?.linkCounts ?? []) {
            const key = `${type} ${direction}`;
            const group = groups.get(key) ?? { key, type, direction, label, count: 0, reference };
            group.count += count;
            groups.set(key, group);
          }
        }
      }
      return [...groups.values()].sort(
        (a, b) => Number(a.reference) - Number(b.reference) || b.count - a.count,
      );
    },
  });

const NeighbourhoodDocument = graphql(`
  query Neighbourhood($input: NeighbourhoodInput!) {
    neighbourhood(input: $input) {
      bounded {
        complete
        total
        totalIsExact
      }
      entities {
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
    }
  }
`);

export type Found = NeighbourhoodQuery['neighbourhood']['entities'][number];

export type Wish = {
  of: readonly string[];
  /** Types to follow; all when absent. */
  types?: readonly string[] | undefined;
  direction?: Direction | undefined;
  references: boolean;
  /** Entities on the chart already: not counted. */
  known: ReadonlySet<string>;
  /** New entities at most. */
  most: number;
};

/** New neighbours, nearest first. A hub whose neighbours are mostly on the chart is asked for more of them. */
export async function findNeighbours(wish: Wish): Promise<{ found: Found[]; isComplete: boolean }> {
  const limit = Math.min(ASKED_AT_ONCE, wish.most + wish.known.size + wish.of.length);
  const { neighbourhood } = await request(NeighbourhoodDocument, {
    input: {
      entityIds: [...wish.of],
      depth: 1,
      limit,
      types: wish.types ? [...new Set(wish.types)] : null,
      direction: wish.direction ?? 'ANY',
      references: wish.references,
    },
  });
  const fresh = neighbourhood.entities.filter(({ id }) => !wish.known.has(id) && !wish.of.includes(id));
  return {
    found: fresh.slice(0, wish.most),
    isComplete: neighbourhood.bounded.complete && fresh.length <= wish.most,
  };
}

const SubgraphDocument = graphql(`
  query LinksAmong($ids: [ID!]!, $references: Boolean!) {
    subgraph(entityIds: $ids, references: $references) {
      ...GraphFields
    }
  }
`);

/** All links among these entities; none when they are more than one question may name. */
export const linksAmong = async (ids: readonly string[], references: boolean) =>
  ids.length > ASKED_AT_ONCE
    ? []
    : (await request(SubgraphDocument, { ids: [...ids], references })).subgraph.links;
