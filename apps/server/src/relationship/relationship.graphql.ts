import { changeConnection } from '../change/change.graphql.ts';
import { type At, read } from '../change/read.ts';
import { datasetOf } from '../dataset/dataset.graphql.ts';
import { loader } from '../graphql/loader.ts';
import { atOf } from '../graphql/moment.ts';
import type { RequestContext } from '../graphql/request.ts';
import { linkLabel } from '../ontology/linkLabel.ts';
import { type HistoryArgs, ontologyAt, propertyValues, sourceRefOf } from '../record/record.graphql.ts';
import { markingName } from '../tenant/marking.ts';
import { loadRelationships } from './relationship.queries.ts';
import type { RelationshipNode } from './relationship.ts';

/** A relationship that the reader sees at that moment, or null. */
export const relationshipOf = (ctx: RequestContext, at: At, id: string): Promise<RelationshipNode | null> =>
  loader(ctx, 'relationships', at, (ids) => read(ctx, at, (tx) => loadRelationships(tx, ids))).load(id);

const reads = {
  relationship: (parent: unknown, { id }: { id: string }, ctx: RequestContext) =>
    relationshipOf(ctx, atOf(parent), id),
};

export const resolvers = {
  Query: reads,
  Moment: reads,
  Relationship: {
    label: async ({ at, type }: RelationshipNode, _: unknown, ctx: RequestContext) =>
      linkLabel(await ontologyAt(ctx, at), type),
    dataset: ({ at, datasetId }: RelationshipNode, _: unknown, ctx: RequestContext) =>
      datasetOf(ctx, at, datasetId),
    sourceId: ({ sourceRecord }: RelationshipNode) => sourceRecord,
    targetId: ({ targetRecord }: RelationshipNode) => targetRecord,
    properties: async (link: RelationshipNode, _: unknown, ctx: RequestContext) =>
      propertyValues(await ontologyAt(ctx, link.at), link.type, link.props, link),
    marking: ({ marking }: RelationshipNode) => markingName(marking),
    sourceRef: ({ sourceRef }: RelationshipNode) => sourceRefOf(sourceRef),
    history: ({ at, id }: RelationshipNode, page: HistoryArgs, ctx: RequestContext) =>
      changeConnection(ctx, { rowIds: [id] }, page, at),
  },
};
