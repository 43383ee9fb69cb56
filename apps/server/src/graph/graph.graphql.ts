import { changeOf, positionOf } from '../change/change.graphql.ts';
import { atOf } from '../graphql/moment.ts';
import type { RequestContext } from '../graphql/request.ts';
import { withHeirs } from '../ontology/heirs.ts';
import { linkLabel } from '../ontology/linkLabel.ts';
import { ontologyAt } from '../record/record.graphql.ts';
import type { GraphLinkNode } from './graphLinks.ts';
import type { Answer, Direction } from './graphQueries.ts';
import { commonNeighboursOf, linksAmong, neighbourhoodOf, pathsBetween } from './graphQuestions.ts';

interface Filter {
  types?: string[] | null;
  references?: boolean | null;
  after?: string | null;
}
interface NeighbourhoodInput extends Filter {
  entityIds: string[];
  depth?: number | null;
  direction?: Direction | null;
  neighbourSchemas?: string[] | null;
  limit?: number | null;
}
interface PathsInput extends Filter {
  from: string;
  to: string;
  maxHops?: number | null;
  k?: number | null;
  directed?: boolean | null;
}
interface CommonNeighboursInput extends Filter {
  entityIds: string[];
  first?: number | null;
}

const which = (ctx: RequestContext, { types, references, after }: Filter) => ({
  types: types ?? undefined,
  references: references ?? false,
  after: after ? changeOf(ctx, after) : undefined,
});

const reads = {
  async neighbourhood(parent: unknown, { input }: { input: NeighbourhoodInput }, ctx: RequestContext) {
    const at = atOf(parent);
    const { neighbourSchemas } = input;
    return neighbourhoodOf(ctx, at, {
      ...which(ctx, input),
      ids: input.entityIds,
      depth: input.depth ?? 1,
      direction: input.direction ?? 'ANY',
      limit: input.limit ?? 200,
      schemas: neighbourSchemas ? withHeirs(await ontologyAt(ctx, at), neighbourSchemas) : undefined,
    });
  },
  subgraph: (
    parent: unknown,
    args: { entityIds: string[]; references?: boolean | null; after?: string | null },
    ctx: RequestContext,
  ) => linksAmong(ctx, atOf(parent), args.entityIds, which(ctx, args)),
  paths: (parent: unknown, { input }: { input: PathsInput }, ctx: RequestContext) =>
    pathsBetween(ctx, atOf(parent), {
      ...which(ctx, input),
      from: input.from,
      to: input.to,
      maxHops: input.maxHops ?? 4,
      k: input.k ?? 1,
      directed: input.directed ?? false,
    }),
  commonNeighbours: (parent: unknown, { input }: { input: CommonNeighboursInput }, ctx: RequestContext) =>
    commonNeighboursOf(ctx, atOf(parent), {
      ...which(ctx, input),
      ids: input.entityIds,
      first: input.first ?? 100,
    }),
};

const position = (answer: Answer, _: unknown, ctx: RequestContext) => positionOf(ctx, answer.position);

export const resolvers = {
  Query: reads,
  Moment: reads,
  Subgraph: { position },
  PathsResult: { position },
  CommonNeighboursResult: { position },
  GraphLink: {
    label: async ({ type, at }: GraphLinkNode, _: unknown, ctx: RequestContext) =>
      linkLabel(await ontologyAt(ctx, at), type),
  },
};
