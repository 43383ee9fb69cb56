import { SummitError } from '@summit/process/errors';
import { actorOf, changeConnection, positionOf } from '../change/change.graphql.ts';
import { type At, read } from '../change/read.ts';
import { datasetOf } from '../dataset/dataset.graphql.ts';
import type { DatasetNode } from '../dataset/dataset.ts';
import { connection, decodeCursor, pageSize } from '../graphql/connection.ts';
import { loader } from '../graphql/loader.ts';
import { atOf } from '../graphql/moment.ts';
import type { RequestContext } from '../graphql/request.ts';
import { factId, isUuid } from '../ids.ts';
import { withHeirs } from '../ontology/heirs.ts';
import { linkLabel } from '../ontology/linkLabel.ts';
import { type HistoryArgs, ontologyAt, type PropertyNode, sourceRefOf } from '../record/record.graphql.ts';
import type { RecordNode } from '../record/record.ts';
import { relationshipOf } from '../relationship/relationship.graphql.ts';
import type { RelationshipNode } from '../relationship/relationship.ts';
import { markingName } from '../tenant/marking.ts';
import { entitiesOf } from './clusters.queries.ts';
import { loadNames, loadTold, type Told } from './entity.queries.ts';
import type { EntityNode, Name } from './entity.ts';
import { type Fact, mergeFacts, type Refutation } from './facts.ts';
import { countAllLinks } from './hubs.ts';
import { countLinks, type Direction, type LinkFilter, type LinkRow, listLinks } from './links.queries.ts';

const toldLoader = (ctx: RequestContext, at: At) =>
  loader(ctx, 'told', at, (keys) => read(ctx, at, (tx) => loadTold(tx, keys)));

const namesLoader = (ctx: RequestContext, at: At) =>
  loader(ctx, 'names', at, (ids) => read(ctx, at, (tx) => loadNames(tx, ids)));

/** The entity that a record belongs to for this reader at that moment; null when the record is not seen. */
export function entityOf(ctx: RequestContext, at: At, recordId: string): Promise<EntityNode | null> {
  return loader(ctx, 'entities', at, async (ids) => {
    const found = await read(ctx, at, (tx) => entitiesOf(tx, ids));
    return new Map([...found].map(([id, entity]) => [id, { ...entity, at }]));
  }).load(recordId);
}

const toldOf = async (ctx: RequestContext, { at, recordIds }: EntityNode): Promise<Told> =>
  stillThere(await toldLoader(ctx, at).load(recordIds.join()));

/** After a mutation each field reads by itself: what one of them found may be gone by the next. */
function stillThere<T>(found: T | null): T {
  if (found === null) throw new SummitError('NOT_FOUND', { what: 'entity' });
  return found;
}

/** What an entity is called, without reading all that it says where one record alone names it. */
async function nameToldOf(ctx: RequestContext, node: EntityNode): Promise<Name> {
  const [only, ...others] = node.recordIds;
  return others.length > 0
    ? (await toldOf(ctx, node)).summary
    : stillThere(await namesLoader(ctx, node.at).load(only!));
}

const reads = {
  entity: (parent: unknown, { id }: { id: string }, ctx: RequestContext) => entityOf(ctx, atOf(parent), id),
  entities: (parent: unknown, { ids }: { ids: string[] }, ctx: RequestContext) =>
    Promise.all(ids.map((id) => entityOf(ctx, atOf(parent), id))),
};

interface LinksArgs {
  type?: string | null;
  direction?: Direction | null;
  reference?: boolean | null;
  neighbourSchema?: string | null;
  first?: number | null;
  after?: string | null;
}

type LinkNode = LinkRow & { at: At };
type FactNode = Fact & { at: At };
type SourceNode = { at: At; record: RecordNode };

async function links({ at, recordIds }: EntityNode, args: LinksArgs, ctx: RequestContext) {
  const first = pageSize(args.first, 50);
  const after = decodeCursor(args.after, placeOf);
  const schemas = args.neighbourSchema
    ? withHeirs(await ontologyAt(ctx, at), [args.neighbourSchema])
    : undefined;
  const filter: LinkFilter = { ...args, schemas };
  const rows = await read(ctx, at, (tx) => listLinks(tx, recordIds, filter, first, after));
  const nodes = rows.slice(0, first).map((row): LinkNode => ({ at, ...row }));
  const hasMore = rows.length > first;
  const page = connection(
    { nodes, hasMore, total: nodes.length, cursorOf: ({ side, own, far, id }) => [side, own, far, id] },
    after !== undefined,
  );
  return {
    ...page,
    // Counting all links of a hub costs more than a page of them: only who asks pays.
    bounded: async () => {
      const counts = await read(ctx, at, (tx) => countLinks(tx, recordIds, filter));
      const total = counts.reduce((sum, { count }) => sum + count, 0);
      return { ...page.bounded, complete: total === nodes.length, total };
    },
  };
}

function placeOf(cursor: unknown) {
  const [side, own, far, id] = cursor as [LinkRow['side'], string, string, string];
  if ((side !== 'source' && side !== 'target') || ![own, far, id].every(isUuid))
    throw new TypeError('no place');
  return { side, own, far, id };
}

const countsOf = async (ctx: RequestContext, { at, recordIds }: EntityNode) =>
  (await loader(ctx, 'linkCounts', at, (keys) =>
    read(ctx, at, async (tx) => {
      const counts = new Map<string, Awaited<ReturnType<typeof countLinks>>>();
      for (const key of keys) counts.set(key, await countAllLinks(tx, key.split(',')));
      return counts;
    }),
  ).load(recordIds.join()))!;

/** What a value of type entity names: by the key of a record in the dataset that says it; by hand the record itself. */
async function referredTo(
  ctx: RequestContext,
  at: At,
  datasetId: string,
  value: string,
): Promise<EntityNode | null> {
  const dataset = await datasetOf(ctx, at, datasetId);
  if (!dataset) return null;
  if (dataset.kind === 'notebook' && isUuid(value)) return entityOf(ctx, at, value);
  return entityOf(ctx, at, factId(dataset.key, 'record', value));
}

export const resolvers = {
  Query: reads,
  Moment: reads,
  Entity: {
    schema: (node: EntityNode, _: unknown, ctx: RequestContext) =>
      node.name?.schema ?? nameToldOf(ctx, node).then(({ schema }) => schema),
    caption: (node: EntityNode, _: unknown, ctx: RequestContext) =>
      node.name?.caption ?? nameToldOf(ctx, node).then(({ caption }) => caption),
    aliases: async (node: EntityNode, _: unknown, ctx: RequestContext) =>
      (await toldOf(ctx, node)).summary.aliases,
    countries: async (node: EntityNode, _: unknown, ctx: RequestContext) =>
      (await toldOf(ctx, node)).summary.countries,
    firstSeen: async (node: EntityNode, _: unknown, ctx: RequestContext) =>
      (await toldOf(ctx, node)).summary.firstSeen,
    lastSeen: async (node: EntityNode, _: unknown, ctx: RequestContext) =>
      (await toldOf(ctx, node)).summary.lastSeen,
    marking: async (node: EntityNode, _: unknown, ctx: RequestContext) =>
      markingName((await toldOf(ctx, node)).summary.marking),
    recordCount: ({ recordIds }: EntityNode) => recordIds.length,
    async records(node: EntityNode, page: HistoryArgs, ctx: RequestContext) {
      const first = pageSize(page.first, 20);
      const after = decodeCursor(page.after, String);
      const all = (await toldOf(ctx, node)).records;
      const rest = after === undefined ? all : all.filter(({ id }) => id > after);
      return connection(
        {
          nodes: rest.slice(0, first),
          hasMore: rest.length > first,
          total: all.length,
          cursorOf: ({ id }) => id,
        },
        after !== undefined,
      );
    },
    async datasets(node: EntityNode, _: unknown, ctx: RequestContext) {
      const { summary } = await toldOf(ctx, node);
      const found = await Promise.all(summary.datasetIds.map((id) => datasetOf(ctx, node.at, id)));
      return found.filter((each): each is DatasetNode => each !== null);
    },
    async facts(node: EntityNode, { properties }: { properties?: string[] | null }, ctx: RequestContext) {
      const { ontology, summary, records, refutations } = await toldOf(ctx, node);
      const facts = mergeFacts(ontology, summary.schema, records, refutations);
      return facts
        .filter(({ property }) => !properties || properties.includes(property))
        .map((fact): FactNode => {
          const said = records.find(({ datasetId }) => datasetId === fact.refuted?.notebookId);
          return {
            at: node.at,
            ...fact,
            refuted: fact.refuted && { ...fact.refuted, ...(said && { recordId: said.id }) },
          };
        });
    },
    async linkCounts(node: EntityNode, _: unknown, ctx: RequestContext) {
      const ontology = await ontologyAt(ctx, node.at);
      return (await countsOf(ctx, node)).map((each) => ({ ...each, label: linkLabel(ontology, each.type) }));
    },
    linkTotal: async (node: EntityNode, _: unknown, ctx: RequestContext) =>
      (await countsOf(ctx, node)).reduce((sum, { count }) => sum + count, 0),
    links,
    history: ({ at, recordIds }: EntityNode, page: HistoryArgs, ctx: RequestContext) =>
      changeConnection(ctx, { rowIds: recordIds }, page, at),
  },
  Fact: {
    entity: ({ at, type, value, records }: FactNode, _: unknown, ctx: RequestContext) =>
      type === 'entity' ? referredTo(ctx, at, records[0]!.datasetId, value) : null,
    sources: ({ at, records }: FactNode) => records.map((record): SourceNode => ({ at, record })),
    validFrom: ({ records }: FactNode) => (records.length === 1 ? records[0]!.validFrom : null),
    validTo: ({ records }: FactNode) => (records.length === 1 ? records[0]!.validTo : null),
  },
  PropertyValues: {
    entities: ({ at, datasetId, type, values }: PropertyNode, _: unknown, ctx: RequestContext) =>
      type === 'entity' ? Promise.all(values.map((value) => referredTo(ctx, at, datasetId, value))) : [],
  },
  FactSource: {
    dataset: ({ at, record }: SourceNode, _: unknown, ctx: RequestContext) =>
      datasetOf(ctx, at, record.datasetId),
    sourceRef: ({ record }: SourceNode) => sourceRefOf(record.sourceRef),
  },
  Refutation: {
    by: ({ madeBy }: Refutation, _: unknown, ctx: RequestContext) => actorOf(ctx, madeBy),
    at: ({ madeAt }: Refutation) => madeAt,
    change: ({ sinceChange }: Refutation, _: unknown, ctx: RequestContext) => positionOf(ctx, sinceChange),
  },
  Link: {
    relationship: ({ at, id }: LinkNode, _: unknown, ctx: RequestContext) => relationshipOf(ctx, at, id),
    direction: ({ side, directed }: LinkNode): Direction =>
      directed ? (side === 'source' ? 'OUT' : 'IN') : 'ANY',
    neighbour: ({ at, far }: LinkNode, _: unknown, ctx: RequestContext) => entityOf(ctx, at, far),
  },
  Record: {
    entity: ({ at, id }: RecordNode, _: unknown, ctx: RequestContext) => entityOf(ctx, at, id),
  },
  Relationship: {
    source: ({ at, sourceRecord }: RelationshipNode, _: unknown, ctx: RequestContext) =>
      entityOf(ctx, at, sourceRecord),
    target: ({ at, targetRecord }: RelationshipNode, _: unknown, ctx: RequestContext) =>
      entityOf(ctx, at, targetRecord),
  },
};
