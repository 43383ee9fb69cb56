/**
 * What the stores themselves take: the same graph without tenants, rights, merged entities or moments, and the barest question
 * that finds as much. Ids of neighbours alone, and of paths only how long the shortest is; and neighbours as an answer has them: in
 * the order of their ids, with names and with the links among them, which the tables tell whichever store is walked.
 */
import pg from 'pg';
import type { Neo4jStore } from '../apps/server/src/projection/store.neo4j.ts';
import { whole } from '../apps/server/src/projection/store.neo4j.ts';
import type { Loaded } from './product.ts';

export interface Bare {
  near(id: string, limit: number): Promise<unknown>;
  counts(id: string): Promise<unknown>;
  twoHops(id: string, limit: number, types: readonly string[] | null): Promise<unknown>;
  shortest(from: string, to: string, most: number): Promise<unknown>;
  common(a: string, b: string, limit: number): Promise<unknown>;
  /** Two hops: what lies at the end of two steps, not what one leads to. */
  asAnswered: Pick<Bare, 'near' | 'twoHops' | 'common'>;
}

export interface BareTables extends Bare {
  /** Names, and the links among them. */
  drawn(ids: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

const TABLES = `
  drop schema if exists bare cascade;
  create schema bare;
  create unlogged table bare.links as
    select id, source_record as source, target_record as target, type, directed, valid_from, valid_to from summit.relationships;
  create index on bare.links (source, target);
  create index on bare.links (target, source);
  vacuum analyze bare.links;
  create unlogged table bare.records as select id, schema, caption from summit.records;
  create unique index on bare.records (id);
  vacuum analyze bare.records;
  create function bare.step(front uuid[]) returns uuid[] language sql stable as $$
    select array(select target from bare.links where source = any(front) union select source from bare.links where target = any(front))
  $$;
  create function bare.shortest(a uuid, b uuid, most int) returns int language plpgsql stable as $$
  declare
    x uuid[] := array[a];
    y uuid[] := array[b];
    kept uuid[];
  begin
    for hops in 1..most loop
      if cardinality(x) > cardinality(y) then
        kept := x; x := y; y := kept;
      end if;
      if hops = most then
        return (select most where exists (
          select from bare.links l where l.source = any(x) and l.target in (select unnest(y)) union all
          select from bare.links l where l.target = any(x) and l.source in (select unnest(y))));
      end if;
      x := bare.step(x);
      if exists (select unnest(x) intersect select unnest(y)) then
        return hops;
      end if;
    end loop;
    return null;
  end $$`;

const NEAR =
  'select target as id from bare.links where source = $1 union select source from bare.links where target = $1';
const TWO_HOPS = 'select id from unnest(bare.step(bare.step(array[$1::uuid]))) n(id)';
const TWO_HOPS_OF = `with one as (
    select target as id from bare.links where source = $1 and type = any($3) union select source from bare.links where target = $1 and type = any($3)
  ) select target as id from bare.links where source in (select id from one) and type = any($3)
    union select source from bare.links where target in (select id from one) and type = any($3)`;
const COMMON = `select id from ((${NEAR}) intersect (${NEAR.replaceAll('$1', '$2')})) n(id)`;
const SQL = {
  near: `select id from (${NEAR}) n limit $2`,
  nearInOrder: `select id from (${NEAR}) n order by id limit $2`,
  counts: `select type, true as out, count(*) from bare.links where source = $1 group by 1
    union all select type, false, count(*) from bare.links where target = $1 group by 1`,
  twoHops: `${TWO_HOPS} limit $2`,
  twoHopsInOrder: `${TWO_HOPS} order by id limit $2`,
  twoHopsOf: `${TWO_HOPS_OF} limit $2`,
  twoHopsOfInOrder: `${TWO_HOPS_OF} order by id limit $2`,
  common: `${COMMON} limit $3`,
  commonInOrder: `${COMMON} order by id limit $3`,
  names: 'select id, schema, caption from bare.records where id = any($1)',
  among: 'select * from bare.links where source = any($1) and target = any($1) order by id',
  shortest: 'select bare.shortest($1, $2, $3) as hops',
};

/** A copy of the links with two indexes, prepared statements, one connection. */
export async function bareTables({ ownerUrl, tenant }: Loaded): Promise<BareTables> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`set summit.tenant = '${tenant}'; set max_parallel_workers_per_gather = 0`);
  for (const statement of TABLES.split(/;\n(?=\s{2}(?:drop|create|vacuum))/)) await client.query(statement);
  const ask = (name: keyof typeof SQL, ...values: unknown[]) =>
    client.query<{ id: string }>({ name, text: SQL[name], values });
  const drawn = (ids: readonly string[]) => Promise.all([ask('names', ids), ask('among', ids)]);
  const around = async (given: readonly string[], found: Promise<{ rows: { id: string }[] }>) =>
    drawn([...given, ...(await found).rows.map(({ id }) => id)]);
  return {
    near: (id, limit) => ask('near', id, limit),
    counts: (id) => ask('counts', id),
    twoHops: (id, limit, types) => (types ? ask('twoHopsOf', id, limit, types) : ask('twoHops', id, limit)),
    shortest: (from, to, most) => ask('shortest', from, to, most),
    common: (a, b, limit) => ask('common', a, b, limit),
    drawn,
    asAnswered: {
      near: (id, limit) => around([id], ask('nearInOrder', id, limit)),
      twoHops: (id, limit, types) =>
        around([id], types ? ask('twoHopsOfInOrder', id, limit, types) : ask('twoHopsInOrder', id, limit)),
      common: (a, b, limit) => around([a, b], ask('commonInOrder', a, b, limit)),
    },
    async close() {
      await client.query('drop schema bare cascade');
      await client.end();
    },
  };
}

const CYPHER = {
  near: 'MATCH (:Entity {key: $key})-[:LINK]-(m) WITH DISTINCT m',
  twoHops: 'MATCH (:Entity {key: $key})-[:LINK]-()-[:LINK]-(m) WITH DISTINCT m',
  twoHopsOf: `MATCH (:Entity {key: $key})-[k:LINK]-()-[l:LINK]-(m)
    WHERE k.type IN $types AND l.type IN $types
    WITH DISTINCT m`,
  common: 'MATCH (:Entity {key: $a})-[:LINK]-(m)-[:LINK]-(:Entity {key: $b}) WITH DISTINCT m',
};
const IDS = 'LIMIT $limit RETURN collect(m.id) AS ids';
const IDS_IN_ORDER = 'WITH m.id AS id ORDER BY id LIMIT $limit RETURN collect(id) AS ids';

/** The projection as it stands, by its key alone. `prefix`: of the keys of this generation and tenant. */
export function bareNeo4j(store: Neo4jStore, prefix: string, drawn: BareTables['drawn']): Bare {
  const ask = <Row>(text: string, parameters: Record<string, unknown>) => store.ask<Row>(text, parameters);
  const key = (id: string) => prefix + id;
  const around = async (given: readonly string[], text: string, parameters: Record<string, unknown>) => {
    const [found] = await ask<{ ids: string[] }>(`${text} ${IDS_IN_ORDER}`, parameters);
    return drawn([...given, ...found!.ids]);
  };
  const one = (id: string, limit: number) => ({ key: key(id), limit: whole(limit) });
  const two = (a: string, b: string, limit: number) => ({ a: key(a), b: key(b), limit: whole(limit) });
  return {
    near: (id, limit) => ask(`${CYPHER.near} ${IDS}`, one(id, limit)),
    counts: (id) =>
      ask(
        'MATCH (n:Entity {key: $key})-[l:LINK]-() RETURN l.type AS type, startNode(l) = n AS out, count(*) AS count',
        { key: key(id) },
      ),
    twoHops: (id, limit, types) =>
      ask(`${types ? CYPHER.twoHopsOf : CYPHER.twoHops} ${IDS}`, { ...one(id, limit), types }),
    shortest: (from, to, most) =>
      ask(
        `MATCH (a:Entity {key: $from}), (b:Entity {key: $to}) MATCH way = shortestPath((a)-[:LINK*..${most}]-(b)) RETURN length(way) AS hops`,
        { from: key(from), to: key(to) },
      ),
    common: (a, b, limit) => ask(`${CYPHER.common} ${IDS}`, two(a, b, limit)),
    asAnswered: {
      near: (id, limit) => around([id], CYPHER.near, one(id, limit)),
      twoHops: (id, limit, types) =>
        around([id], types ? CYPHER.twoHopsOf : CYPHER.twoHops, { ...one(id, limit), types }),
      common: (a, b, limit) => around([a, b], CYPHER.common, two(a, b, limit)),
    },
  };
}
