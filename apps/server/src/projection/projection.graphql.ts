import { positionOf } from '../change/change.graphql.ts';
import { read } from '../change/read.ts';
import type { RequestContext } from '../graphql/request.ts';
import { lagOfTenant, lagSeen, projectionStanding } from './status.queries.ts';

export const resolvers = {
  Query: {
    projections: async (_: unknown, __: unknown, ctx: RequestContext) =>
      Promise.all(
        (ctx.projections ?? []).map(async (name) => {
          const { state, position } = await projectionStanding(ctx.db, name);
          // Counted once, every few seconds for each open page. Of the tenant's own changes, and of what the reader may know of: how much others write is nobody's business here.
          const lag = await read(ctx, undefined, (tx) =>
            ctx.actor.may('projection:read')
              ? lagOfTenant(tx, ctx.scope.tenant, position ?? 0)
              : lagSeen(tx, position ?? 0),
          );
          return {
            name,
            state,
            position: position === null ? null : positionOf(ctx, position),
            lagChanges: lag.changes,
            lagIsExact: lag.isExact,
            lagSeconds: lag.seconds,
          };
        }),
      ),
  },
};
