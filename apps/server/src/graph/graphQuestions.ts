import { SummitError } from '@summit/process/errors';
import { metrics } from '@summit/process/metrics';
import { NoTurn } from '@summit/process/turns';
import { type At, type Reading, read } from '../change/read.ts';
import type { Context } from '../context.ts';
import type { Entity, EntityNode } from '../entity/entity.ts';
import { graphOf, graphTurnsOf, ownGraphOf } from '../ports.ts';
import { type GraphLinkNode, groupLinks } from './graphLinks.ts';
import {
  type Answer,
  type Asked,
  type Bounded,
  type CommonNeighbours,
  type GraphQueries,
  MOST,
  type Neighbourhood,
  type Paths,
  type Subgraph,
  type Which,
} from './graphQueries.ts';

/** An answer of the port, with its links in lines as a chart draws them. */
export interface SubgraphNode extends Answer {
  at: At;
  entities: EntityNode[];
  links: GraphLinkNode[];
  bounded: Bounded;
}

export interface PathsNode extends SubgraphNode {
  paths: { hops: number; entityIds: string[]; links: GraphLinkNode[] }[];
}

export interface CommonNeighboursNode extends Omit<SubgraphNode, 'entities' | 'links'> {
  neighbours: { entity: EntityNode; links: GraphLinkNode[] }[];
}

/** A change of `after` or before has to be in an answer about now. */
export interface Fresh {
  after?: number | undefined;
}

/** A question ends when `signal` says that whoever asked has gone. */
export type Asking = Context & { signal?: AbortSignal | undefined };

/** Asks the port on the snapshot that all else of the request is read from. Throws GRAPH_BUSY where it has no turn in time. */
const ask = <T>(
  ctx: Asking,
  at: At,
  { after = 0 }: Fresh,
  question: (tx: Asked, graph: GraphQueries) => Promise<T>,
): Promise<T> =>
  inTurn(ctx, at, () =>
    read(ctx, at, (tx: Reading & Asked) => {
      // One snapshot, and so one asker, for all questions of a request.
      const asked = { actor: ctx.actor.id, after: Math.max(after, tx.after ?? 0), signal: ctx.signal };
      return question(Object.assign(tx, asked), graphOf(ctx));
    }),
  );

/** Whoever waits has no connection to Postgres yet. */
async function inTurn<T>(ctx: Asking, at: At, work: () => Promise<T>): Promise<T> {
  const turns = at === undefined ? graphTurnsOf(ctx) : undefined;
  if (!turns) return work();
  let end = () => {};
  try {
    end = await turns.take(ctx.actor.id, ctx.signal);
    return await work();
  } catch (error) {
    const refusal = error instanceof NoTurn ? new SummitError('GRAPH_BUSY', { retryAfter: 1 }, error) : error;
    if (refusal instanceof SummitError && refusal.code === 'GRAPH_BUSY')
      metrics.graphAnswers.inc({ served_by: 'nobody', reason: 'busy' });
    throw refusal;
  } finally {
    end();
  }
}

const nodes = (at: At, entities: readonly Entity[]): EntityNode[] =>
  entities.map((entity) => ({ at, ...entity }));

/** Throws INPUT_INVALID, and NOT_FOUND when none of the given entities is seen. */
export function neighbourhoodOf(
  ctx: Asking,
  at: At,
  { after, ...question }: Neighbourhood & Fresh,
): Promise<SubgraphNode> {
  within('entityIds', question.ids.length, 1, MOST.entities);
  within('depth', question.depth, 1, MOST.depth);
  within('limit', question.limit, 0, MOST.entities);
  return ask(ctx, at, { after }, async (tx, graph) => {
    const found = await graph.neighbourhood(tx, question);
    if (found.entities.length === 0) throw new SummitError('NOT_FOUND');
    return subgraphNode(at, found);
  });
}

/**
 * A chart's own links: ids that the reader does not see are passed over, and they may be as many as a chart holds. Always from
 * Postgres: what somebody made opens whatever other stores do.
 */
export function chartOf(
  ctx: Context,
  at: At,
  ids: readonly string[],
  which: Which = {},
): Promise<SubgraphNode> {
  return read(ctx, at, async (tx) => subgraphNode(at, await ownGraphOf(ctx).subgraph(tx, { ...which, ids })));
}

const subgraphNode = (at: At, found: Subgraph): SubgraphNode => ({
  ...found,
  at,
  entities: nodes(at, found.entities),
  links: groupLinks(at, found.links),
});

/** Links among as many entities as one may ask about by their ids. Throws INPUT_INVALID. */
export function linksAmong(
  ctx: Asking,
  at: At,
  ids: readonly string[],
  { after, ...which }: Which & Fresh,
): Promise<SubgraphNode> {
  within('entityIds', ids.length, 0, MOST.entities);
  return ask(ctx, at, { after }, async (tx, graph) =>
    subgraphNode(at, await graph.subgraph(tx, { ...which, ids })),
  );
}

/** Throws INPUT_INVALID, and NOT_FOUND when an end is not seen. */
export function pathsBetween(ctx: Asking, at: At, { after, ...question }: Paths & Fresh): Promise<PathsNode> {
  within('maxHops', question.maxHops, 1, MOST.hops);
  within('k', question.k, 1, MOST.paths);
  return ask(ctx, at, { after }, async (tx, graph) => {
    const found = await graph.paths(tx, question);
    if (found.entities.length === 0) throw new SummitError('NOT_FOUND');
    const links = groupLinks(at, found.links);
    const between = Map.groupBy(links, ({ source, target }) => pairOf(source, target));
    return {
      ...found,
      at,
      entities: nodes(at, found.entities),
      links,
      paths: found.paths.map(({ entityIds }) => ({
        hops: entityIds.length - 1,
        entityIds,
        links: entityIds.slice(1).flatMap((id, index) => between.get(pairOf(entityIds[index]!, id)) ?? []),
      })),
    };
  });
}

/** Throws INPUT_INVALID, and NOT_FOUND when none of the given entities is seen. */
export function commonNeighboursOf(
  ctx: Asking,
  at: At,
  { after, ...question }: CommonNeighbours & Fresh,
): Promise<CommonNeighboursNode> {
  within('entityIds', question.ids.length, 1, MOST.entities);
  within('first', question.first, 0, MOST.entities);
  return ask(ctx, at, { after }, async (tx, graph) => {
    const { entities, links: said, given, ...found } = await graph.commonNeighbours(tx, question);
    if (given.length === 0) throw new SummitError('NOT_FOUND');
    const links = groupLinks(at, said);
    const touching = new Map(entities.map(({ id }) => [id, [] as GraphLinkNode[]]));
    for (const link of links) (touching.get(link.source) ?? touching.get(link.target))!.push(link);
    return {
      ...found,
      at,
      neighbours: nodes(at, entities).map((entity) => ({ entity, links: touching.get(entity.id)! })),
    };
  });
}

const pairOf = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

function within(name: string, value: number, least: number, most: number): void {
  if (value < least || value > most)
    throw new SummitError('INPUT_INVALID', { problem: `${name} lies between ${least} and ${most}` });
}
