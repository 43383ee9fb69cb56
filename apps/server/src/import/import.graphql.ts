import { SummitError } from '@summit/process/errors';
import { actorOf, changeConnection } from '../change/change.graphql.ts';
import type { ChangeNode } from '../change/history.queries.ts';
import { toPayload } from '../change/payload.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { datasetOf } from '../dataset/dataset.graphql.ts';
import type { DatasetNode } from '../dataset/dataset.ts';
import { loadFile } from '../file/file.queries.ts';
import type { FileRemoval } from '../file/file.ts';
import { bounded, connection, decodeCursor, pageSize } from '../graphql/connection.ts';
import { loader } from '../graphql/loader.ts';
import type { RequestContext } from '../graphql/request.ts';
import { isUuid } from '../ids.ts';
import type { RecordNode } from '../record/record.ts';
import type { RelationshipNode } from '../relationship/relationship.ts';
import type { EndsIn } from './endsElsewhere.ts';
import { inspectFile, recognise } from './format/recognise.ts';
import {
  cancelImport,
  type RetryRejects,
  resumeImport,
  retryRejects,
  startImport,
  undoImport,
} from './import.commands.ts';
import { countRejects, listImports, listRejects, loadImports } from './import.queries.ts';
import { type ImportMode, type ImportNode, type ReadSettings, resultOf, sentenceOf } from './import.ts';
import { watchImport } from './importFeed.ts';
import { previewMapping } from './mapping/previewMapping.ts';
import { type Chosen, removeFile } from './removeFile.commands.ts';
import { sourceRow } from './sourceRow.ts';

interface StartInput {
  fileId: string;
  dataset: string;
  datasetTitle?: string | null;
  format?: string | null;
  mapping?: string | null;
  mode?: Uppercase<ImportMode> | null;
  marking?: string | null;
  confirmRemovals?: boolean | null;
  investigationId?: string | null;
  reason?: string | null;
  options?: ReadSettings | null;
}
interface Act {
  input: { id: string; reason?: string | null };
}
interface Paged {
  first?: number | null;
  after?: string | null;
}

const byId = (ctx: RequestContext, id: string): Promise<ImportNode | null> =>
  isUuid(id)
    ? loader(ctx, 'imports', undefined, (ids) => loadImports(ctx, ids)).load(id)
    : Promise.resolve(null);

/** Read anew: a mutation has just changed it. */
async function payload(ctx: RequestContext, id: string): Promise<{ import: ImportNode }> {
  ctx.loaders.clear();
  const about = await byId(ctx, id);
  if (!about) throw new SummitError('NOT_FOUND', { what: 'import' });
  return { import: about };
}

async function importConnection(
  ctx: RequestContext,
  { first, after, dataset, active }: Paged & { dataset?: string | null; active?: boolean | null },
  usual: number,
) {
  const from = decodeCursor(after, (place) => {
    if (!isUuid(String(place))) throw new TypeError('no place in imports');
    return String(place);
  });
  const page = await listImports(ctx, { first: pageSize(first, usual), after: from, dataset, active });
  return connection(
    { nodes: page.rows, hasMore: page.hasMore, total: page.total, cursorOf: ({ id }) => id },
    from !== undefined,
  );
}

const REJECT_SHOWN = 4 * 1024;

export const resolvers = {
  Query: {
    import: (_: unknown, { id }: { id: string }, ctx: RequestContext) => byId(ctx, id),
    imports: (
      _: unknown,
      args: Paged & { dataset?: string | null; active?: boolean | null },
      ctx: RequestContext,
    ) => importConnection(ctx, args, 50),
    async uploadedFile(_: unknown, { id }: { id: string }, ctx: RequestContext) {
      const file = await loadFile(ctx, id);
      const looked = await inspectFile(ctx, { fileId: id });
      return { ...file, ...looked };
    },
    previewMapping: (
      _: unknown,
      {
        input,
      }: {
        input: { fileId: string; format?: string | null; mapping: string; options?: ReadSettings | null };
      },
      ctx: RequestContext,
    ) => previewMapping(ctx, input),
  },
  Mutation: {
    async startImport(
      _: unknown,
      { input, preview }: { input: StartInput; preview: boolean },
      ctx: RequestContext,
    ) {
      const { format, mapping } = await recognise(ctx, input);
      const mode = input.mode?.toLowerCase() as ImportMode | undefined;
      return payload(ctx, await startImport(ctx, { ...input, format, mapping, mode, preview }));
    },
    cancelImport: async (_: unknown, { input }: Act, ctx: RequestContext) =>
      payload(ctx, await cancelImport(ctx, input.id)),
    resumeImport: async (_: unknown, { input }: Act, ctx: RequestContext) =>
      payload(ctx, await resumeImport(ctx, input.id)),
    retryRejects: async (_: unknown, { input }: { input: RetryRejects }, ctx: RequestContext) =>
      payload(ctx, await retryRejects(ctx, input)),
    async removeFile(
      _: unknown,
      {
        input: { reason, ...chosen },
        preview,
      }: { input: Chosen & { reason?: string | null }; preview: boolean },
      ctx: RequestContext,
    ) {
      const outcome = await removeFile(ctx, chosen, { reason, preview });
      const { removed, kept } = outcome.result;
      return { ...(await toPayload(ctx, outcome, { ids: removed })), kept };
    },
    undoImport: async (_: unknown, { input }: Act, ctx: RequestContext) =>
      payload(ctx, await undoImport(ctx, input.id, input.reason)),
  },
  Subscription: {
    importProgress: {
      subscribe: (_: unknown, { id }: { id: string }, ctx: RequestContext) => watchImport(ctx, id),
      resolve: (about: ImportNode, _: unknown, ctx: RequestContext) => {
        ctx.loaders.clear();
        return about;
      },
    },
  },
  MutationPayload: {
    import: ({ importId }: { importId?: string }, _: unknown, ctx: RequestContext) =>
      importId === undefined ? null : byId(ctx, importId),
  },
  Change: {
    import: ({ importId }: ChangeNode, _: unknown, ctx: RequestContext) =>
      importId === null ? null : byId(ctx, importId),
    /** A batch is told as what the whole import did: nobody asked for its batches. */
    async summary(change: ChangeNode, _: unknown, ctx: RequestContext) {
      const about = change.importId === null ? null : await byId(ctx, change.importId);
      return about && change.undoOf === null ? sentenceOf(about) : change.summary;
    },
  },
  Import: {
    dataset: ({ datasetId }: ImportNode, _: unknown, ctx: RequestContext) =>
      datasetId === null ? null : datasetOf(ctx, undefined, datasetId),
    state: ({ state }: ImportNode) => state.toUpperCase(),
    startedBy: ({ startedBy }: ImportNode, _: unknown, ctx: RequestContext) => actorOf(ctx, startedBy),
    result: (about: ImportNode) =>
      ['done', 'cancelled', 'previewed', 'failed', 'undoing', 'undone'].includes(about.state)
        ? resultOf(about)
        : null,
    async rejects({ id, counts }: ImportNode, { first, after }: Paged, ctx: RequestContext) {
      const size = pageSize(first, 50);
      const from = decodeCursor(after, Number);
      const { tenant } = ctx.scope;
      const { rows, kept } = await inTransaction(ctx.db, { tenant, readOnly: true }, async (tx) => ({
        rows: await listRejects(tx, ctx, id, from ?? 0, size + 1),
        kept: await countRejects(tx, ctx, id),
      }));
      const nodes = rows
        .slice(0, size)
        .map((row) => ({ ...row, id: `${id}:${row.number}`, raw: row.raw.slice(0, REJECT_SHOWN) }));
      // A preview keeps the first thousand.
      const total = Math.max(counts.rejects ?? 0, kept.seen + kept.hidden) - kept.hidden;
      const hasMore = rows.length > size;
      const page = connection(
        {
          nodes,
          hasMore,
          total,
          cursorOf: ({ number }) => number,
          ...(!hasMore && kept.hidden > 0 && { reason: 'hidden' }),
        },
        from !== undefined,
      );
      return { ...page, hidden: kept.hidden };
    },
    warnings: ({ warnings }: ImportNode) =>
      Object.entries(warnings).map(([code, { count, details }]) => {
        const shown = details.slice(0, 3).filter((detail) => detail !== '');
        return `${code} (${count})${shown.length > 0 ? `: ${shown.join('; ')}${count > shown.length ? ' …' : ''}` : ''}`;
      }),
    preview: ({ samples }: ImportNode) =>
      samples && {
        rows: samples.rows,
        bounded: bounded({
          nodes: samples.rows,
          hasMore: false,
          total: samples.total,
          ...(samples.total > samples.rows.length && { reason: 'preview' }),
        }),
      },
    changes: ({ id }: ImportNode, { first, after }: Paged, ctx: RequestContext) =>
      changeConnection(ctx, { importId: id }, { first: first ?? 20, after: after ?? null }),
  },
  FileRemoval: {
    by: ({ by }: FileRemoval, _: unknown, ctx: RequestContext) => actorOf(ctx, by),
  },
  EndsIn: {
    dataset: ({ datasetId }: EndsIn, _: unknown, ctx: RequestContext) => datasetOf(ctx, undefined, datasetId),
  },
  Dataset: {
    imports: ({ key }: DatasetNode, { first, after }: Paged, ctx: RequestContext) =>
      importConnection(ctx, { first: first ?? null, after: after ?? null, dataset: key }, 20),
  },
  Record: {
    source: ({ sourceRef }: RecordNode, _: unknown, ctx: RequestContext) => sourceRow(ctx, sourceRef),
  },
  Relationship: {
    sourceRow: ({ sourceRef }: RelationshipNode, _: unknown, ctx: RequestContext) =>
      sourceRow(ctx, sourceRef),
  },
};
