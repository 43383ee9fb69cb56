import type { Context } from '../context.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import type { World } from './graphQueries.model.testing.ts';
import { postgresGraph } from './graphQueries.postgres.ts';
import { exercise, type Scene } from './graphQueries.suite.ts';
import { hold } from './testing.ts';

const { db } = await testDatabase();
const graph = postgresGraph(db);

/** The same ids as in the worlds, all linked and all open, in the hands of somebody else. */
async function startNeighbour(ctx: Context, world: World): Promise<void> {
  const records = Array.from(
    { length: 9 },
    (_, number) => `00000001-0000-4000-8000-${String(number).padStart(12, '0')}`,
  );
  const open = { dataset: world.datasets[0]!.id, marking: 1 };
  await hold(ctx, {
    datasets: world.datasets,
    records: records.map((id) => ({ id, ...open, schema: 'Person' })),
    relationships: records.map((source, index) => ({
      id: `00000002-0000-4000-8000-${String(index).padStart(12, '0')}`,
      ...open,
      source,
      target: records[(index + 1) % records.length]!,
      type: 'knows',
      directed: false,
      reference: false,
    })),
    same: [{ left: records[0]!, right: records[8]! }],
  });
}

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
