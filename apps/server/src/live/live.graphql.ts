import { actorOf, positionOf } from '../change/change.graphql.ts';
import type { RequestContext } from '../graphql/request.ts';
import { liveFeed } from './feed.ts';
import type { LiveNode } from './touching.queries.ts';

export const resolvers = {
  Subscription: {
    investigationChanged: {
      subscribe: (_: unknown, { investigationId }: { investigationId: string }, ctx: RequestContext) =>
        liveFeed(ctx.db).follow(ctx, investigationId),
      resolve: (change: LiveNode, _: unknown, ctx: RequestContext) => {
        // One context serves the whole stream: what was loaded for an earlier change is old by now.
        ctx.loaders.clear();
        return change;
      },
    },
  },
  LiveChange: {
    id: ({ change }: LiveNode, _: unknown, ctx: RequestContext) => positionOf(ctx, change),
    at: ({ time }: LiveNode) => time,
    actor: ({ actorId }: LiveNode, _: unknown, ctx: RequestContext) => actorOf(ctx, actorId),
  },
};
