import pg from 'pg';
import { identifier } from '../apps/server/src/import/identify.ts';
import { DATASET } from './copyLoad.ts';
import { answers } from './generated.ts';
import { type Figure, inSeries, random } from './measure.ts';
import { asking, type Loaded } from './product.ts';

const INSPECTOR = `query ($id: ID!) { entity(id: $id) { id schema caption aliases countries marking recordCount firstSeen lastSeen
  datasets { key title } facts { property label type value conflicting refuted { reason }
    sources { dataset { key } record { id } sourceRef { row line } } }
  linkCounts { type label direction reference count } linkTotal
  links(first: 50) { edges { node { id direction relationship { type label validFrom validTo } neighbour { id caption schema } } }
    pageInfo { hasNextPage endCursor } } } }`;
const COUNTS = `query ($id: ID!) { entity(id: $id) { linkCounts { type direction reference count } } }`;
const PAGE = `query ($id: ID!) { entity(id: $id) { links(first: 50) { edges { cursor node { id direction neighbour { id caption schema } } } } } }`;

/** What the inspector asks for, of any entity and of the greatest hubs, at the gateway. */
export async function entityFigures(loaded: Loaded, count: number): Promise<Figure[]> {
  const ask = asking(loaded);
  const ids = await someRecords(loaded, count);
  const id = identifier(DATASET);
  const hubs = (await answers(loaded.folder)).highest_degree.map((hub) => id('record', hub.id));
  const hub = (turn: number) => hubs[turn % hubs.length];
  return inSeries(count, {
    'entity: facts, counts, 50 links with neighbours': {
      ask: (turn) => ask(INSPECTOR, { id: ids[turn % count] }),
      most: 30,
    },
    'the same of the 20 greatest hubs': { ask: (turn) => ask(INSPECTOR, { id: hub(turn) }) },
    'exact link counts of the 20 greatest hubs': { ask: (turn) => ask(COUNTS, { id: hub(turn) }), most: 40 },
    'a page of 50 links of the 20 greatest hubs': { ask: (turn) => ask(PAGE, { id: hub(turn) }) },
  });
}

async function someRecords({ ownerUrl, tenant }: Loaded, count: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`set summit.tenant = '${tenant}'`);
  const next = random(20_251_127);
  const starts = Array.from({ length: count }, () => {
    const head = Math.floor(next() * 2 ** 32).toString(16);
    return `${head.padStart(8, '0')}-0000-0000-0000-000000000000`;
  });
  const { rows } = await client.query<{ id: string }>(
    `select r.id from unnest($2::uuid[]) with ordinality s(id, place) cross join lateral (
       select id from summit.records where tenant_id = $1 and id > s.id order by id limit 1) r order by place`,
    [tenant, starts],
  );
  await client.end();
  return rows.map((row) => row.id);
}
