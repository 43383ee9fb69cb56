import { momentOf, positionOf } from '../change/change.graphql.ts';
import type { At } from '../change/read.ts';
import { atOf } from '../graphql/moment.ts';
import type { RequestContext } from '../graphql/request.ts';
import { digestAt } from './digest.queries.ts';

const reads = {
  /** Of now is of the last stable change, so that the position that it names says the same for ever. */
  async digest(parent: unknown, { dataset }: { dataset?: string | null }, ctx: RequestContext) {
    const at: At = atOf(parent) ?? (await momentOf(ctx, undefined));
    return { ...(await digestAt(ctx, at, dataset)), at };
  },
};

export const resolvers = {
  Query: reads,
  Moment: reads,
  Digest: {
    position: ({ at }: { at: number }, _: unknown, ctx: RequestContext) => positionOf(ctx, at),
  },
};
