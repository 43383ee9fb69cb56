import { toPayload } from '../change/payload.ts';
import { type At, read } from '../change/read.ts';
import { connection, decodeCursor, pageSize } from '../graphql/connection.ts';
import { loader } from '../graphql/loader.ts';
import { atOf } from '../graphql/moment.ts';
import type { RequestContext } from '../graphql/request.ts';
import { markingName } from '../tenant/marking.ts';
import { factCounts, unresolvedEnds } from './counts.ts';
import { createDataset, removeDataset, updateDataset } from './dataset.commands.ts';
import { datasetByKey, listDatasets, loadDatasets } from './dataset.queries.ts';
import type { DatasetDescription, DatasetNode } from './dataset.ts';

/** The dataset of a fact; null when the reader does not see it. */
export const datasetOf = (ctx: RequestContext, at: At, id: string): Promise<DatasetNode | null> =>
  loader(ctx, 'datasets', at, (ids) => read(ctx, at, (tx) => loadDatasets(tx, ids))).load(id);

const countsOf = async (ctx: RequestContext, { at, id }: DatasetNode) =>
  (await loader(ctx, 'datasetCounts', at, (ids) =>
    read(ctx, at, (tx) => factCounts(tx, ids, ctx.answers)),
  ).load(id)) ?? {
    records: 0,
    relationships: 0,
    references: 0,
  };

interface DatasetsArgs {
  first?: number | null;
  after?: string | null;
  includeNotebooks?: boolean | null;
}

interface Said<Input> {
  input: Input & { reason?: string | null };
  preview: boolean;
}

const reads = {
  dataset: (parent: unknown, { key }: { key: string }, ctx: RequestContext) => {
    const at = atOf(parent);
    return read(ctx, at, (tx) => datasetByKey(tx, key));
  },
  async datasets(parent: unknown, { first, after, includeNotebooks }: DatasetsArgs, ctx: RequestContext) {
    const at = atOf(parent);
    const from = decodeCursor(after, String);
    const size = pageSize(first, 100);
    const page = await read(ctx, at, (tx) =>
      listDatasets(tx, { first: size, after: from, includeNotebooks: includeNotebooks ?? false }),
    );
    return connection(
      { nodes: page.rows, hasMore: page.hasMore, total: page.total, cursorOf: ({ key }) => key },
      from !== undefined,
    );
  },
};

type Described = DatasetDescription & { key: string };

export const resolvers = {
  Query: reads,
  Moment: reads,
  Mutation: {
    async createDataset(_: unknown, { input, preview }: Said<Described>, ctx: RequestContext) {
      const { reason, ...description } = input;
      const outcome = await createDataset(ctx, description, { reason, preview });
      return toPayload(ctx, outcome, { ids: [outcome.result] });
    },
    async updateDataset(_: unknown, { input, preview }: Said<Described>, ctx: RequestContext) {
      const { reason, ...description } = input;
      const outcome = await updateDataset(ctx, description, { reason, preview });
      return toPayload(ctx, outcome, { ids: [outcome.result] });
    },
    async removeDataset(_: unknown, { input, preview }: Said<{ key: string }>, ctx: RequestContext) {
      const { reason, key } = input;
      const outcome = await removeDataset(ctx, { key }, { reason, preview });
      return toPayload(ctx, outcome, { ids: [outcome.result] });
    },
  },
  Dataset: {
    kind: ({ kind }: DatasetNode) => kind.toUpperCase(),
    marking: ({ marking }: DatasetNode) => markingName(marking),
    counts: (node: DatasetNode) => node,
  },
  DatasetCounts: {
    records: async (node: DatasetNode, _: unknown, ctx: RequestContext) =>
      (await countsOf(ctx, node)).records,
    relationships: async (node: DatasetNode, _: unknown, ctx: RequestContext) =>
      (await countsOf(ctx, node)).relationships,
    references: async (node: DatasetNode, _: unknown, ctx: RequestContext) =>
      (await countsOf(ctx, node)).references,
    unresolved: async (node: DatasetNode, _: unknown, ctx: RequestContext) =>
      unresolvedEnds(ctx, node, await countsOf(ctx, node)),
  },
};
