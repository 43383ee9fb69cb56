import { SummitError } from '@summit/process/errors';
import type { Context } from '../context.ts';
import { clustersOf } from '../entity/clusters.queries.ts';
import { bounded, connection, decodeCursor, encodeCursor, pageSize } from '../graphql/connection.ts';
import { loader } from '../graphql/loader.ts';
import type { MomentNode } from '../graphql/moment.ts';
import type { RequestContext } from '../graphql/request.ts';
import { isUuid } from '../ids.ts';
import { placeOf, type RowChange, type RowChanges, rowChanges } from './diff.ts';
import {
  type ChangeFilter,
  type ChangeNode,
  listChanges,
  loadActors,
  loadChanges,
} from './history.queries.ts';
import { toPayload } from './payload.ts';
import { decodePosition, encodePosition } from './position.ts';
import { type At, type Reading, read, resolveMoment } from './read.ts';
import type { RowKind } from './tracked.ts';
import { type Later, mayUndo } from './undo.ts';
import { redo, undo } from './undoAct.ts';

export const positionOf = (ctx: Context, change: number): string =>
  encodePosition(ctx.positionSecret, ctx.scope.tenant, change);
export const changeOf = (ctx: Context, position: string): number =>
  decodePosition(ctx.positionSecret, ctx.scope.tenant, position);

const maybe = (ctx: Context, change: number | null): string | null =>
  change === null ? null : positionOf(ctx, change);

/** Who did something, for every `by` and `actor` of the schema. */
export const actorOf = async (ctx: RequestContext, id: string) =>
  (await loader(ctx, 'actors', undefined, (ids) => read(ctx, undefined, (tx) => loadActors(tx, ids))).load(
    id,
  )) ?? {
    id,
    name: 'Somebody',
    kind: 'person',
  };

/** A page of changes, for `changes` and for the history of any one thing. */
export async function changeConnection(
  ctx: RequestContext,
  filter: ChangeFilter,
  page: { first?: number | null; after?: string | null },
  at?: At,
) {
  const before = decodeCursor(page.after, (place) => changeOf(ctx, String(place)));
  const first = pageSize(page.first, 50);
  const found = await read(ctx, undefined, (tx) =>
    listChanges(tx, { ...filter, until: at }, { first, before }),
  );
  const answer = connection(
    {
      nodes: found.rows,
      hasMore: found.hasMore,
      total: found.total,
      totalIsExact: found.totalIsExact,
      cursorOf: ({ change }) => positionOf(ctx, change),
    },
    before !== undefined,
  );
  if (found.next !== undefined) answer.pageInfo.endCursor = encodeCursor(positionOf(ctx, found.next));
  return answer;
}

interface DiffArgs {
  from: string;
  to?: string | null;
  investigationId?: string | null;
  first?: number | null;
  after?: string | null;
}

export async function momentOf(ctx: Context, position: string | null | undefined): Promise<number> {
  const wanted = position ? { change: changeOf(ctx, position) } : { time: new Date() };
  return (await resolveMoment(ctx, wanted)).change;
}

async function difference(
  ctx: RequestContext,
  from: number,
  to: number,
  { investigationId, first, after }: Omit<DiffArgs, 'from' | 'to'>,
) {
  const place = decodeCursor(after, (cursor) => {
    const [kind, id] = cursor as [RowKind, string];
    if (placeOf(kind) < 0 || !isUuid(id)) throw new TypeError('no place in a diff');
    return { place: placeOf(kind), id };
  });
  const size = pageSize(first, 100);
  const changes = await read(ctx, undefined, (tx) =>
    rowChanges(tx, { from, to, first: size, after: place, investigationId: investigationId ?? undefined }),
  );
  return { from, to, ...changes, hasPrevious: place !== undefined };
}

type DiffNode = RowChanges & { from: number; to: number; hasPrevious: boolean };

export const resolvers = {
  Query: {
    async at(
      _: unknown,
      { time, position }: { time?: Date | null; position?: string | null },
      ctx: RequestContext,
    ) {
      if (!time === !position) {
        throw new SummitError('INPUT_INVALID', { problem: 'give either a time or a position' });
      }
      const found = await resolveMoment(ctx, time ? { time } : { change: changeOf(ctx, position!) });
      return { at: found.change, time: found.at } satisfies MomentNode;
    },
    change: (_: unknown, { id }: { id: string }, ctx: RequestContext) => {
      const change = changeOf(ctx, id);
      return read(ctx, undefined, async (tx) => (await loadChanges(tx, [change])).get(change) ?? null);
    },
    async changes(
      _: unknown,
      {
        first,
        after,
        since,
        targetId,
        ...filter
      }: {
        first?: number;
        after?: string;
        investigationId?: string;
        targetId?: string;
        actorId?: string;
        action?: string;
        since?: string;
        wholeImports?: boolean;
      },
      ctx: RequestContext,
    ) {
      const rowIds = targetId && (await read(ctx, undefined, (tx) => rowsOf(tx, targetId)));
      return changeConnection(
        ctx,
        { ...filter, ...(rowIds && { rowIds }), ...(since && { since: changeOf(ctx, since) }) },
        { first: first ?? null, after: after ?? null },
      );
    },
    async diff(_: unknown, { from, to, ...rest }: DiffArgs, ctx: RequestContext) {
      const [start, end] = [await momentOf(ctx, from), await momentOf(ctx, to)];
      return difference(ctx, Math.min(start, end), Math.max(start, end), rest);
    },
  },
  Mutation: {
    async undo(
      _: unknown,
      {
        input,
        preview,
      }: {
        input: { change?: string; investigationId?: string; reason?: string; later?: Later };
        preview: boolean;
      },
      ctx: RequestContext,
    ) {
      const change = input.change ? changeOf(ctx, input.change) : undefined;
      const outcome = await undo(ctx, { ...input, change }, preview);
      return { ...(await toPayload(ctx, outcome)), importId: outcome.importId };
    },
    redo: async (
      _: unknown,
      { input, preview }: { input: { investigationId?: string; reason?: string }; preview: boolean },
      ctx: RequestContext,
    ) => toPayload(ctx, await redo(ctx, input, preview)),
  },
  Moment: {
    position: ({ at }: MomentNode, _: unknown, ctx: RequestContext) => positionOf(ctx, at),
    at: ({ time }: MomentNode) => time,
    change: ({ at }: MomentNode, _: unknown, ctx: RequestContext) =>
      read(ctx, undefined, async (tx) => (await loadChanges(tx, [at])).get(at) ?? null),
  },
  Change: {
    id: ({ change }: ChangeNode, _: unknown, ctx: RequestContext) => positionOf(ctx, change),
    at: ({ time }: ChangeNode) => time,
    actor: ({ actorId }: ChangeNode, _: unknown, ctx: RequestContext) => actorOf(ctx, actorId),
    undoOf: ({ undoOf }: ChangeNode, _: unknown, ctx: RequestContext) => maybe(ctx, undoOf),
    undoneBy: ({ undoneBy }: ChangeNode, _: unknown, ctx: RequestContext) => maybe(ctx, undoneBy),
    canUndo: ({ undoneBy, ...act }: ChangeNode, _: unknown, { actor }: RequestContext) =>
      mayUndo({ ...act, isUndone: undoneBy !== null }, actor),
    details: ({ change }: ChangeNode, page: { first?: number; after?: string }, ctx: RequestContext) =>
      difference(ctx, change - 1, change, page),
  },
  Diff: {
    from: ({ from }: DiffNode, _: unknown, ctx: RequestContext) => positionOf(ctx, from),
    to: ({ to }: DiffNode, _: unknown, ctx: RequestContext) => positionOf(ctx, to),
    pageInfo: ({ rows, hasMore, hasPrevious }: DiffNode) => {
      const cursor = (row: RowChange | undefined) => (row ? encodeCursor([row.kind, row.id]) : null);
      return {
        hasNextPage: hasMore,
        hasPreviousPage: hasPrevious,
        startCursor: cursor(rows[0]),
        endCursor: cursor(rows.at(-1)),
      };
    },
    bounded: ({ rows, hasMore, total, exact }: DiffNode) =>
      bounded({ nodes: rows, hasMore, total, totalIsExact: exact }),
  },
  RowChange: {
    change: ({ change }: RowChange, _: unknown, ctx: RequestContext) => maybe(ctx, change),
  },
};

/** The rows to follow for the history of a thing: itself, and the other records of its entity as the reader sees it. */
async function rowsOf(tx: Reading, id: string): Promise<string[]> {
  const records = (await clustersOf(tx, [id])).get(id) ?? [];
  return [...new Set([id, ...records])];
}
