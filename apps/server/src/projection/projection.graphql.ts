import { positionOf } from '../change/change.graphql.ts';
import { read } from '../change/read.ts';
import type { RequestContext } from '../graphql/request.ts';
import { lagOfTenant, projectionStatus } from './status.queries.ts';

export const resolvers = {
  Query: {
    projections: async (_: unknown, __: unknown, ctx: RequestContext) => {
      if (!ctx.actor.may('projection:read')) return [];
      return Promise.all(
        (ctx.projections ?? []).map(async (name) => {
          const { state, position } = await projectionStatus(ctx.db, name);
          // Of the tenant's own changes: how many others write is nobody's business here.
          const lag = await read(ctx, undefined, (tx) => lagOfTenant(tx, ctx.scope.tenant, position ?? 0));
          return {
            name,
            state,
            position: position === null ? null : positionOf(ctx, position),
            lagChanges: lag.changes,
            lagSeconds: lag.seconds,
          };
        }),
      );
    },
  },
};
