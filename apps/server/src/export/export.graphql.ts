import type { RequestContext } from '../graphql/request.ts';
import { exportUrl } from './export.http.ts';
import type { ExportInput } from './export.ts';
import { manifestOf } from './exportFacts.ts';

export const resolvers = {
  Query: {
    exportManifest: async (_: unknown, { input }: { input: ExportInput }, ctx: RequestContext) => ({
      ...(await manifestOf(ctx, input, { signal: ctx.signal })),
      url: exportUrl(input),
    }),
  },
};
