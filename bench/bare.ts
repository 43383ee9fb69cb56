/**
 * What the stores themselves take: the same graph without tenants, rights, merged entities or moments, and the barest question
 * that finds as much. Ids of neighbours alone, and of paths only how long the shortest is; from the tables also neighbours as an
 * answer has them: in the order of their ids, with names, and with the links among them.
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
}

export interface BareTables extends Bare {
  nearAsAnswered(id: string, limit: number): Promise<unknown>;
  twoHopsAsAnswered(id: string, limit: number): Promise<unknown>;
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
const SQL = {
  near: `select id from (${NEAR}) n limit $2`,
  counts: `select type, true as out, count(*) from bare.links where source = $1 group by 1
    union all select type, false, count(*) from bare.links where target = $1 group by 1`,
  twoHops: 'select id from unnest(bare.step(bare.step(array[$1::uuid]))) n(id) limit $2',
  twoHopsOf: `with one as (
      select target as id from bare.links where source = $1 and type = any($3) union select source from bare.links where target = $1 and type = any($3)
    ) select target as id from bare.links where source in (select id from one) and type = any($3)
      union select source from bare.links where target in (select id from one) and type = any($3) limit $2`,
  nearInOrder: `select id from (${NEAR}) n order by id limit $2`,
  twoHopsInOrder:
    'select n.id from unnest(bare.step(bare.step(array[$1::uuid]))) n(id) order by n.id limit $2',
  names: 'select id, schema, caption from bare.records where id = any($1)',
  among: 'select * from bare.links where source = any($1) and target = any($1) order by id',
  shortest: 'select bare.shortest($1, $2, $3) as hops',
  common: `(${NEAR}) intersect (${NEAR.replaceAll('$1', '$2')}) limit $3`,
};

/** A copy of the links with two indexes, prepared statements, one connection. */
export async function bareTables({ ownerUrl, tenant }: Loaded): Promise<BareTables> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`set summit.tenant = '${tenant}'; set max_parallel_workers_per_gather = 0`);
  for (const statement of TABLES.split(/;\n(?=\s{2}(?:drop|create|vacuum))/)) await client.query(statement);
  const ask = (name: keyof typeof SQL, ...values: unknown[]) =>
    client.query<{ id: string }>({ name, text: SQL[name], values });
  const asAnswered = async (given: string, found: Promise<{ rows: { id: string }[] }>) => {
    const ids = [given, ...(await found).rows.map(({ id }) => id)];
    return Promise.all([ask('names', ids), ask('among', ids)]);
  };
  return {
    near: (id, limit) => ask('near', id, limit),
    counts: (id) => ask('counts', id),
    twoHops: (id, limit, types) => (types ? ask('twoHopsOf', id, limit, types) : ask('twoHops', id, limit)),
    nearAsAnswered: (id, limit) => asAnswered(id, ask('nearInOrder', id, limit)),
    twoHopsAsAnswered: (id, limit) => asAnswered(id, ask('twoHopsInOrder', id, limit)),
    shortest: (from, to, most) => ask('shortest', from, to, most),
    common: (a, b, limit) => ask('common', a, b, limit),
    async close() {
      await client.query('drop schema bare cascade');
      await client.end();
    },
  };
}

/** The projection as it stands, by its key alone. `prefix`: of the keys of this generation and tenant. */
export function bareNeo4j(store: Neo4jStore, prefix: string): Bare {
  const ask = (text: string, parameters: Record<string, unknown>) => store.ask(text, parameters);
  const key = (id: string) => prefix + id;
  return {
    near: (id, limit) =>
      ask(
        'MATCH (:Entity {key: $key})-[:LINK]-(m) WITH DISTINCT m LIMIT $limit RETURN collect(m.id) AS ids',
        {
          key: key(id),
          limit: whole(limit),
        },
      ),
    counts: (id) =>
      ask(
        'MATCH (n:Entity {key: $key})-[l:LINK]-() RETURN l.type AS type, startNode(l) = n AS out, count(*) AS count',
        { key: key(id) },
      ),
    twoHops: (id, limit, types) =>
      ask(
        `MATCH (:Entity {key: $key})-[k:LINK]-()-[l:LINK]-(m)
         ${types ? 'WHERE k.type IN $types AND l.type IN $types' : ''}
         WITH DISTINCT m LIMIT $limit RETURN collect(m.id) AS ids`,
        { key: key(id), limit: whole(limit), types },
      ),
    shortest: (from, to, most) =>
      ask(
        `MATCH (a:Entity {key: $from}), (b:Entity {key: $to}) MATCH way = shortestPath((a)-[:LINK*..${most}]-(b)) RETURN length(way) AS hops`,
        { from: key(from), to: key(to) },
      ),
    common: (a, b, limit) =>
      ask(
        'MATCH (:Entity {key: $a})-[:LINK]-(m)-[:LINK]-(:Entity {key: $b}) WITH DISTINCT m LIMIT $limit RETURN collect(m.id) AS ids',
        { a: key(a), b: key(b), limit: whole(limit) },
      ),
  };
}
