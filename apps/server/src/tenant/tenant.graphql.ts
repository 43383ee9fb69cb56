import { positionOf } from '../change/change.graphql.ts';
import { loadChanges } from '../change/history.queries.ts';
import { read } from '../change/read.ts';
import { lastAct, lastUndo } from '../change/undo.ts';
import { sql } from '../database/sql.ts';
import { pageSize } from '../graphql/connection.ts';
import type { RequestContext } from '../graphql/request.ts';
import { markingName } from './marking.ts';
import { listPeople } from './people.queries.ts';
import { lastSeen, markSeen } from './viewer.ts';

const changeBy = (ctx: RequestContext, find: typeof lastAct | typeof lastUndo) =>
  read(ctx, undefined, async (tx) => {
    const found = await find(tx, ctx.actor.id);
    return found ? ((await loadChanges(tx, [found.id])).get(found.id) ?? null) : null;
  });

export const resolvers = {
  Query: {
    viewer: (_: unknown, __: unknown, { actor: { id, name, roles } }: RequestContext) => ({
      id,
      name,
      roles,
    }),
    people: (_: unknown, args: { name?: string | null; first?: number | null }, ctx: RequestContext) =>
      read(ctx, undefined, (tx) => listPeople(tx, args.name ?? '', pageSize(args.first, 50))),
  },
  Mutation: {
    markSeen: async (
      _: unknown,
      { investigationId }: { investigationId?: string | null },
      ctx: RequestContext,
    ) => positionOf(ctx, await markSeen(ctx, investigationId)),
  },
  Viewer: {
    tenant: (_: unknown, __: unknown, ctx: RequestContext) =>
      read(ctx, undefined, (tx) =>
        tx.first(
          sql`select id, name from tenants where tenant_id = ${ctx.scope.tenant} and id = ${ctx.scope.tenant}`,
        ),
      ),
    clearance: (_: unknown, __: unknown, { scope }: RequestContext) => markingName(scope.clearance),
    lastSeen: async (_: unknown, __: unknown, ctx: RequestContext) => {
      const change = (await lastSeen(ctx, [ctx.actor.id])).get(ctx.actor.id);
      return change === undefined ? null : positionOf(ctx, change);
    },
    canUndo: (_: unknown, __: unknown, ctx: RequestContext) => changeBy(ctx, lastAct),
    canRedo: (_: unknown, __: unknown, ctx: RequestContext) => changeBy(ctx, lastUndo),
  },
};
