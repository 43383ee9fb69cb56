import { queryOptions } from '@tanstack/react-query';
import { graphql } from '../api/generated/gql.ts';
import type { CaseFieldsFragment, CaseGraphQuery, MomentFieldsFragment } from '../api/generated/graphql.ts';
import { momentOf } from '../api/moment.ts';
import { request } from '../api/request.ts';

graphql(`
  fragment MomentFields on Moment {
    at
    position
    change {
      id
      summary
      at
      actor {
        name
      }
    }
  }
`);

graphql(`
  fragment CaseFields on Investigation {
    id
    title
    description
    marking
    archived
    readOnly
    itemCount
    createdAt
    changedAt
    createdBy {
      id
      name
    }
    members {
      role
      user {
        id
        name
      }
    }
    notebook {
      id
      key
    }
    notes {
      id
      text
      at
      targetId
      by {
        name
      }
    }
    items(first: 1000, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          entityId
          takenOut
          x
          y
          pinned
          hidden
          entity {
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
    }
  }
`);

const CaseDocument = graphql(`
  query Case($id: ID!, $after: String) {
    investigation(id: $id) {
      ...CaseFields
    }
  }
`);

const CaseAtDocument = graphql(`
  query CaseAt($id: ID!, $after: String, $time: DateTime, $position: Position) {
    at(time: $time, position: $position) {
      ...MomentFields
      investigation(id: $id) {
        ...CaseFields
      }
    }
  }
`);

export type CaseItem = CaseFieldsFragment['items']['edges'][number]['node'];
export type CaseMoment = MomentFieldsFragment;
export type CaseData = Omit<CaseFieldsFragment, 'items'> & {
  /** All items, however many pages they came in. */
  items: CaseItem[];
  /** Set when read as of a moment: the change it stands on. */
  moment?: CaseMoment;
};

type CasePage = { found: CaseFieldsFragment | null; moment: CaseMoment | undefined };

async function readPage(
  id: string,
  after: string | null,
  at: string | undefined,
  signal: AbortSignal,
): Promise<CasePage> {
  if (at === undefined) {
    const { investigation } = await request(CaseDocument, { id, after }, { signal });
    return { found: investigation, moment: undefined };
  }
  const { at: then } = await request(CaseAtDocument, { id, after, ...momentOf(at) }, { signal });
  const { investigation, ...moment } = then;
  return { found: investigation, moment };
}

/** The investigation with all its items, now or as of a moment; null when the reader does not see it. */
export const caseQuery = (id: string, at?: string) =>
  queryOptions({
    queryKey: ['investigation', id, 'case', at ?? null],
    queryFn: async ({ signal }): Promise<CaseData | null> => {
      const items: CaseItem[] = [];
      for (let after: string | null = null; ; ) {
        const { found, moment }: CasePage = await readPage(id, after, at, signal);
        if (!found) return null;
        const { items: page, ...rest } = found;
        for (const { node } of page.edges) items.push(node);
        if (!page.pageInfo.hasNextPage) return { ...rest, items, ...(moment && { moment }) };
        after = page.pageInfo.endCursor;
      }
    },
  });

const CaseRightsDocument = graphql(`
  query CaseRights($id: ID!) {
    investigation(id: $id) {
      archived
      readOnly
      members {
        role
        user {
          id
          name
        }
      }
    }
  }
`);

/** Who may what here, put into the case that is on the screen; nothing else of it moves. It comes with the case, and is read again once it is in doubt. */
export const caseRightsQuery = (id: string) =>
  queryOptions({
    queryKey: ['rights', id],
    queryFn: async ({ signal, client }): Promise<null> => {
      const { investigation } = await request(CaseRightsDocument, { id }, { signal });
      if (investigation)
        client.setQueryData(caseQuery(id).queryKey, (before) => before && { ...before, ...investigation });
      return null;
    },
    initialData: null,
    staleTime: Number.POSITIVE_INFINITY,
  });

graphql(`
  fragment GraphFields on Subgraph {
    bounded {
      complete
      shown
      total
    }
    links {
      source
      target
      type
      label
      directed
      reference
      datasets
      relationshipIds
      validFrom
      validTo
    }
  }
`);

const CaseGraphDocument = graphql(`
  query CaseGraph($id: ID!, $references: Boolean!) {
    investigation(id: $id) {
      graph(references: $references) {
        ...GraphFields
      }
    }
  }
`);

const CaseGraphAtDocument = graphql(`
  query CaseGraphAt($id: ID!, $references: Boolean!, $time: DateTime, $position: Position) {
    at(time: $time, position: $position) {
      investigation(id: $id) {
        graph(references: $references) {
          ...GraphFields
        }
      }
    }
  }
`);

export type CaseGraph = NonNullable<CaseGraphQuery['investigation']>['graph'];
export type GraphLink = CaseGraph['links'][number];

/** Links among the items. References (such as an address) only when they are asked for. */
export const caseGraphQuery = (id: string, references: boolean, at?: string) =>
  queryOptions({
    queryKey: ['investigation', id, 'graph', at ?? null, references],
    queryFn: async ({ signal }): Promise<CaseGraph | null> => {
      const found =
        at === undefined
          ? await request(CaseGraphDocument, { id, references }, { signal })
          : (await request(CaseGraphAtDocument, { id, references, ...momentOf(at) }, { signal })).at;
      return found.investigation?.graph ?? null;
    },
  });

graphql(`
  fragment WeightFields on Entity {
    id
    linkTotal
    facts {
      property
      conflicting
      refuted {
        at
      }
    }
  }
`);

const WeightsDocument = graphql(`
  query Weights($ids: [ID!]!) {
    entities(ids: $ids) {
      ...WeightFields
    }
  }
`);

const WeightsAtDocument = graphql(`
  query WeightsAt($ids: [ID!]!, $time: DateTime, $position: Position) {
    at(time: $time, position: $position) {
      entities(ids: $ids) {
        ...WeightFields
      }
    }
  }
`);

/** What is worth reading after the picture stands: all links of each entity, and whether its sources disagree. */
export type Weight = { links: number; disagree: boolean };

export const weightsQuery = (id: string, ids: readonly string[], at?: string) =>
  queryOptions({
    queryKey: ['investigation', id, 'weights', at ?? null, ids],
    enabled: ids.length > 0,
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, Weight>> => {
      const weights = new Map<string, Weight>();
      for (let start = 0; start < ids.length; start += 200) {
        const some = ids.slice(start, start + 200);
        const { entities } =
          at === undefined
            ? await request(WeightsDocument, { ids: some }, { signal })
            : (await request(WeightsAtDocument, { ids: some, ...momentOf(at) }, { signal })).at;
        for (const entity of entities) {
          if (!entity) continue;
          const standing = new Map<string, number>();
          for (const fact of entity.facts)
            if (fact.conflicting && !fact.refuted)
              standing.set(fact.property, (standing.get(fact.property) ?? 0) + 1);
          weights.set(entity.id, {
            links: entity.linkTotal,
            disagree: [...standing.values()].some((values) => values > 1),
          });
        }
      }
      return weights;
    },
  });
