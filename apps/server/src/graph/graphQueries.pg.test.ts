import { startTenant, testDatabase } from '../database/testing.ts';
import { postgresGraph } from './graphQueries.postgres.ts';
import { exercise, type Scene } from './graphQueries.suite.ts';
import { hold, startNeighbour } from './testing.ts';

const { db } = await testDatabase();
const graph = postgresGraph(db);

let neighbour: Promise<void> | undefined;

exercise(
  {
    graph,
    async open(first): Promise<Scene> {
      neighbour ??= startTenant(db).then((other) => startNeighbour(other, first));
      await neighbour;
      const ctx = await startTenant(db);
      let before = 0;
      let now = await hold(ctx, first);
      return {
        async become(world) {
          before = now ?? before;
          now = (await hold(ctx, world)) ?? now;
        },
        asked: async (reader, moment) => ({
          reader: { tenant: ctx.scope.tenant, ...reader },
          at: moment === 'before' ? before : undefined,
        }),
      };
    },
  },
  { runs: 100, past: true, ...(process.env.SEED !== undefined && { seed: Number(process.env.SEED) }) },
);
