import pg from 'pg';
import { read } from '../apps/server/src/change/read.ts';
import type { Context } from '../apps/server/src/context.ts';
import { Database } from '../apps/server/src/database/database.ts';
import { postgresGraph } from '../apps/server/src/graph/graphQueries.postgres.ts';
import type { Asked } from '../apps/server/src/graph/graphQueries.ts';
import { identifier } from '../apps/server/src/import/identify.ts';
import { Actor } from '../apps/server/src/tenant/actor.ts';
import { DATASET } from './copyLoad.ts';
import { answers } from './generated.ts';
import { rewrite } from './history.ts';
import { type Figure, inSeries, random, sideBySide } from './measure.ts';
import { asking, type Loaded } from './product.ts';

export const NEIGHBOURHOOD = `query ($input: NeighbourhoodInput!) { neighbourhood(input: $input) {
  entities { id caption schema } links { type source target relationshipIds } bounded { complete shown total } } }`;
export const PATHS = `query ($input: PathsInput!) { paths(input: $input) {
  paths { hops entityIds links { type source target } } entities { id caption schema } bounded { complete total } } }`;
export const ENTITY = `query ($id: ID!) { entity(id: $id) { id schema caption facts { property value sources { record { id } } }
  linkCounts { type direction count } links(first: 25) { edges { node { direction neighbour { id caption schema } } } } } }`;

const asOf = (query: string): string =>
  query.replace(
    /^query \((.*?)\) \{ (.*)\}$/s,
    'query ($position: Position!, $1) { at(position: $position) { $2 } }',
  );

/** One hop, hubs and paths: at the gateway, and at the port without GraphQL. */
export async function graphFigures(loaded: Loaded, count: number): Promise<Figure[]> {
  const ask = asking(loaded);
  const { someone, hubs } = await people(loaded, count);
  const pair = (turn: number) => ({ from: someone(2 * turn), to: someone(2 * turn + 1), maxHops: 4 });
  const db = new Database({ url: loaded.appUrl });
  const graph = postgresGraph(db);
  const ctx: Context = {
    db,
    actor: new Actor(loaded.user, 'Bench', ['owner']),
    scope: { tenant: loaded.tenant, clearance: 4 },
    requestId: 'bench',
    positionSecret: new Uint8Array(32),
  };
  const port = <T>(question: (asked: Asked) => Promise<T>) => read(ctx, undefined, question);
  try {
    return await inSeries(count, {
      'one hop, at the gateway': {
        ask: (turn) => ask(NEIGHBOURHOOD, { input: { entityIds: [someone(turn)], limit: 100 } }),
        most: 10,
      },
      'one hop, at the port': {
        ask: (turn) =>
          port((asked) => graph.neighbourhood(asked, { ids: [someone(turn)], depth: 1, limit: 100 })),
      },
      'one hop from the 20 greatest hubs, at the gateway': {
        ask: (turn) => ask(NEIGHBOURHOOD, { input: { entityIds: [hubs[turn % hubs.length]], limit: 100 } }),
        most: 40,
      },
      'one hop from the 20 greatest hubs, at the port': {
        ask: (turn) =>
          port((asked) =>
            graph.neighbourhood(asked, { ids: [hubs[turn % hubs.length]!], depth: 1, limit: 100 }),
          ),
      },
      'exact counts of the 20 greatest hubs, at the port': {
        ask: (turn) => port((asked) => graph.degrees(asked, { ids: [hubs[turn % hubs.length]!] })),
      },
      'paths of at most 4 hops, at the gateway': {
        ask: (turn) => ask(PATHS, { input: pair(turn) }),
        most: 60,
      },
      'paths of at most 4 hops, at the port': {
        ask: (turn) => port((asked) => graph.paths(asked, { ...pair(turn), k: 1 })),
      },
      'five shortest paths of at most 4 hops, at the gateway': {
        ask: (turn) => ask(PATHS, { input: { ...pair(turn), k: 5 } }),
      },
    });
  } finally {
    await db.close();
  }
}

/** The same questions now and as of before, after `share` of all rows was written again `times` over. */
export async function pastFigures(
  loaded: Loaded,
  count: number,
  history: { share: number; times: number },
): Promise<Figure[]> {
  const ask = asking(loaded);
  const { someone } = await people(loaded, count);
  const { at } = await ask<{ at: { position: string } }>(
    'query ($time: DateTime!) { at(time: $time) { position } }',
    { time: new Date().toISOString() },
  );
  await rewrite(loaded.ownerUrl, loaded.tenant, loaded.user, history);
  const { position } = at;
  const pair = (turn: number) => ({
    input: { from: someone(2 * turn), to: someone(2 * turn + 1), maxHops: 4 },
  });
  const hop = (turn: number) => ({ input: { entityIds: [someone(turn)], limit: 100 } });
  const figures = await sideBySide(count, {
    'one hop, now': { ask: (turn) => ask(NEIGHBOURHOOD, hop(turn)) },
    'one hop, as of before': { ask: (turn) => ask(asOf(NEIGHBOURHOOD), { ...hop(turn), position }) },
    'entity, now': { ask: (turn) => ask(ENTITY, { id: someone(turn) }) },
    'entity, as of before': { ask: (turn) => ask(asOf(ENTITY), { id: someone(turn), position }) },
    'paths, now': { ask: (turn) => ask(PATHS, pair(turn)) },
    'paths, as of before': { ask: (turn) => ask(asOf(PATHS), { ...pair(turn), position }) },
  });
  const most = history.times > 1 ? 5 : 2;
  return figures.map((figure, index) =>
    index % 2 === 0 ? figure : { ...figure, most: Math.round(figures[index - 1]!.p95 * most * 10) / 10 },
  );
}

/** Seeded record ids, and those of the generator's greatest hubs. */
export async function people(
  { ownerUrl, tenant, folder }: Loaded,
  count: number,
): Promise<{ someone(turn: number): string; hubs: string[] }> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`set summit.tenant = '${tenant}'`);
  const next = random(20_251_125);
  const starts = Array.from(
    { length: 4 * count },
    () =>
      `${Math.floor(next() * 2 ** 32)
        .toString(16)
        .padStart(8, '0')}-0000-0000-0000-000000000000`,
  );
  const { rows } = await client.query<{ id: string }>(
    `select r.id from unnest($2::uuid[]) s(id) cross join lateral (
       select id from summit.records where tenant_id = $1 and id > s.id order by id limit 1) r`,
    [tenant, starts],
  );
  await client.end();
  const id = identifier(DATASET);
  const { highest_degree } = await answers(folder);
  return {
    someone: (turn) => rows[turn % rows.length]!.id,
    hubs: highest_degree.map((hub) => id('record', hub.id)),
  };
}
