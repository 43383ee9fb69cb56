import { changeConnection } from '../change/change.graphql.ts';
import { type At, read } from '../change/read.ts';
import { datasetOf } from '../dataset/dataset.graphql.ts';
import { loader } from '../graphql/loader.ts';
import { atOf } from '../graphql/moment.ts';
import type { RequestContext } from '../graphql/request.ts';
import { ontologyOf } from '../ontology/ontology.queries.ts';
import type { Ontology, PropertyType } from '../ontology/ontology.ts';
import { markingName } from '../tenant/marking.ts';
import { loadRecords } from './record.queries.ts';
import type { Props, RecordNode, SourceRef } from './record.ts';

export interface HistoryArgs {
  first?: number | null;
  after?: string | null;
}

/** A record that the reader sees at that moment, or null. */
export const recordOf = (ctx: RequestContext, at: At, id: string): Promise<RecordNode | null> =>
  loader(ctx, 'records', at, (ids) => read(ctx, at, (tx) => loadRecords(tx, ids))).load(id);

export const ontologyLoader = (ctx: RequestContext, at: At) =>
  loader(ctx, 'ontology', at, () => read(ctx, at, async (tx) => new Map([['all', await ontologyOf(tx)]])));

/** The types of the tenant at that moment. */
export const ontologyAt = async (ctx: RequestContext, at: At): Promise<Ontology> =>
  (await ontologyLoader(ctx, at).load('all'))!;

/** What one fact says of a property, with where it says so: its references are read in that dataset. */
export interface PropertyNode {
  at: At;
  datasetId: string;
  name: string;
  label: string;
  type: PropertyType;
  values: string[];
}

export const propertyValues = (
  ontology: Ontology,
  schema: string,
  props: Props,
  { at, datasetId }: { at: At; datasetId: string },
): PropertyNode[] =>
  Object.entries(props).map(([name, values]) => ({
    at,
    datasetId,
    name,
    label: ontology.propertyLabel(schema, name),
    type: ontology.propertyType(schema, name),
    values,
  }));

export const sourceRefOf = (ref: SourceRef | null) =>
  ref && {
    importId: ref.import ?? null,
    row: ref.row ?? null,
    line: ref.line ?? null,
    path: ref.path ?? null,
    alsoRows: (ref.also ?? []).flatMap(({ row }) => row ?? []),
  };

const reads = {
  record: (parent: unknown, { id }: { id: string }, ctx: RequestContext) => recordOf(ctx, atOf(parent), id),
};

export const resolvers = {
  Query: reads,
  Moment: reads,
  Record: {
    dataset: ({ at, datasetId }: RecordNode, _: unknown, ctx: RequestContext) =>
      datasetOf(ctx, at, datasetId),
    properties: async (record: RecordNode, _: unknown, ctx: RequestContext) =>
      propertyValues(await ontologyAt(ctx, record.at), record.schema, record.props, record),
    marking: ({ marking }: RecordNode) => markingName(marking),
    sourceRef: ({ sourceRef }: RecordNode) => sourceRefOf(sourceRef),
    history: ({ at, id }: RecordNode, page: HistoryArgs, ctx: RequestContext) =>
      changeConnection(ctx, { rowIds: [id] }, page, at),
  },
};
