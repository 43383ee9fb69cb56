import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from '../apps/server/src/change/command.ts';
import type { Context } from '../apps/server/src/context.ts';
import { Database } from '../apps/server/src/database/database.ts';
import { inTransaction } from '../apps/server/src/database/inTransaction.ts';
import { sql } from '../apps/server/src/database/sql.ts';
import { uuidv7 } from '../apps/server/src/ids.ts';
import { projectionPosition, readCursor } from '../apps/server/src/projection/cursor.neo4j.ts';
import { askRebuild } from '../apps/server/src/projection/lease.ts';
import { prefixOf } from '../apps/server/src/projection/projection.ts';
import { projectionStatus } from '../apps/server/src/projection/status.queries.ts';
import { Neo4jStore, neo4jOptions } from '../apps/server/src/projection/store.neo4j.ts';
import { Actor } from '../apps/server/src/tenant/actor.ts';
import { readConfig } from '../packages/process/src/config.ts';
import { type Figure, quantile } from './measure.ts';
import type { Loaded } from './product.ts';
import { untilFilled } from './stores.ts';

const CHANGES_A_SECOND = 500;
const SECONDS = 30;
const WRITERS = 6;
const LOOK_MS = 10;
/** Longer than anything here is to take: the bench says so instead of waiting on. */
const MOST_MS = 1_800_000;

/**
 * How long the product's worker takes to make the whole copy in Neo4j anew, and how far the copy is behind while so many changes
 * come in a second; NEO4J_URI says where it is.
 */
export async function projectionFigures(loaded: Loaded): Promise<Figure[]> {
  const options = neo4jOptions(readConfig(process.env, []));
  if (!options) throw new Error('set NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD');
  const store = new Neo4jStore(options);
  const db = new Database({ url: loaded.appUrl, writeSize: WRITERS });
  try {
    await untilFilled(db, store);
    console.log(await rebuild(db, store));
    return [await lag(loaded, db, store)];
  } finally {
    await store.close();
    await db.close();
  }
}

async function rebuild(db: Database, store: Neo4jStore): Promise<string> {
  const before = (await projectionStatus(db, 'neo4j')).generation;
  const started = performance.now();
  await askRebuild(db, 'neo4j');
  for (;;) {
    const { state, generation } = await projectionStatus(db, 'neo4j');
    if (state === 'following' && generation !== null && generation !== before) break;
    if (performance.now() - started > MOST_MS) throw new Error(`the rebuild does not end: ${state}`);
    await delay(200);
  }
  const seconds = (performance.now() - started) / 1000;
  const [{ rows } = { rows: 0 }] = await store.read(
    async (tx) => {
      const { generation } = (await readCursor(tx))!;
      return tx.run<{ rows: number }>(
        `MATCH (e:Entity) WHERE e.key STARTS WITH $prefix WITH count(*) AS entities
         MATCH ()-[l:LINK]->() WHERE l.key STARTS WITH $prefix
         WITH entities, count(l) AS links RETURN entities + links AS rows`,
        { prefix: prefixOf(generation) },
      );
    },
    { timeoutMs: 120_000 },
  );
  return `\nthe copy in Neo4j, ${rows} entities and links, was made anew in ${seconds.toFixed(1)} s beside the one that served`;
}

/** Changes at an even pace, each one a link more, by several writers; how long until each stood in the store. */
async function lag(loaded: Loaded, db: Database, store: Neo4jStore): Promise<Figure> {
  const ctx: Context = {
    db,
    actor: new Actor(loaded.user, 'Bench', ['owner']),
    scope: { tenant: loaded.tenant, clearance: 4 },
    requestId: 'bench',
    positionSecret: new Uint8Array(32),
  };
  const some = await inSome(ctx);
  const ids: string[] = [];
  const waiting: { change: number; at: number }[] = [];
  const delays: number[] = [];
  let done = 0;
  let over = false;
  const started = performance.now();
  const total = CHANGES_A_SECOND * SECONDS;
  const write = async (): Promise<void> => {
    while (done < total) {
      const mine = done++;
      const due = started + (mine * 1000) / CHANGES_A_SECOND;
      if (due > performance.now()) await delay(due - performance.now());
      const id = uuidv7();
      ids.push(id);
      const { change } = await runCommand(ctx, { action: 'bench.linked' }, (tx) =>
        tx.execute(sql`
          insert into relationships (tenant_id, id, since_change, dataset_id, type, source_record, target_record, props, marking, digest)
          values (${loaded.tenant}, ${id}, ${tx.change}, ${some.dataset}, 'Family', ${some.ids[mine % some.ids.length]!},
                  ${some.ids[(mine * 7 + 1) % some.ids.length]!}, '{}', 1, '\\x00')`),
      );
      waiting.push({ change: change!, at: performance.now() });
    }
  };
  const look = async (): Promise<void> => {
    while (!over || waiting.length > 0) {
      const position = (await projectionPosition(store))?.position ?? 0;
      const now = performance.now();
      if (now - started > MOST_MS) throw new Error(`${waiting.length} changes do not reach Neo4j`);
      for (let index = waiting.length - 1; index >= 0; index--)
        if (waiting[index]!.change <= position) {
          delays.push(now - waiting[index]!.at);
          waiting.splice(index, 1);
        }
      await delay(LOOK_MS);
    }
  };
  const looking = look();
  await Promise.all(Array.from({ length: WRITERS }, write));
  const rate = total / ((performance.now() - started) / 1000);
  over = true;
  await looking;
  // Kept data is asked again: it is left as it was found.
  await runCommand(ctx, { action: 'bench.unlinked', timeoutMs: 60_000 }, (tx) =>
    tx.execute(
      sql`delete from relationships where tenant_id = ${loaded.tenant} and id = any(${ids}::uuid[])`,
    ),
  );
  return {
    what: `until a change is in Neo4j, at ${Math.round(rate)} changes a second`,
    p50: quantile(delays, 0.5),
    p95: quantile(delays, 0.95),
    count: delays.length,
    most: 1_000,
  };
}

async function inSome({ db, scope: { tenant } }: Context): Promise<{ dataset: string; ids: string[] }> {
  const rows = await inTransaction(db, { tenant, readOnly: true }, (tx) =>
    tx.query<{ id: string; dataset: string }>(
      sql`select id, dataset_id as dataset from records where tenant_id = ${tenant} order by id limit 5000`,
    ),
  );
  return { dataset: rows[0]!.dataset, ids: rows.map(({ id }) => id) };
}
