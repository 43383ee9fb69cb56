/**
 * Fills a migrated, empty scratch database by bare COPY: no triggers, indexes built afterwards. What the graph questions
 * are measured on while no import is needed, and the yardstick for imports. Never for a database that anybody uses.
 */
import { hash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { datasetId } from '../apps/server/src/dataset/dataset.ts';
import { identifier } from '../apps/server/src/import/identify.ts';
import { ontology } from '../apps/server/src/ontology/ontology.ts';
import { recordTerms } from '../apps/server/src/search/terms.ts';
import { fillSearch } from './fillSearch.ts';
import { type Row, rows } from './generated.ts';

export const DATASET = 'generated';
const TABLES = ['records', 'relationships'];

export interface Loaded {
  tenant: string;
  user: string;
  seconds: number;
}

/** Without a tenant one is made. Search is filled afterwards. */
export async function copyLoad(
  ownerUrl: string,
  folder: string,
  options: { tenant?: string; user?: string },
): Promise<Loaded> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const started = performance.now();
  const [tenant, user] = [options.tenant ?? randomUUID(), options.user ?? randomUUID()];
  const dataset = datasetId(DATASET);
  const id = identifier(DATASET);
  await client.query(
    `set summit.tenant = '${tenant}'; set search_path = summit; set maintenance_work_mem = '1GB'`,
  );
  const change = await begin(client, tenant, user, dataset, options.tenant === undefined);

  const rebuild = await dropIndexes(client);
  const copy = async (table: string, columns: string, lines: AsyncIterable<string>) => {
    await client.query(
      `alter table ${table} no force row level security; alter table ${table} disable trigger user`,
    );
    await pipeline(
      Readable.from(batches(lines)),
      client.query(copyFrom(`copy ${table} (${columns}) from stdin`)),
    );
    await client.query(
      `alter table ${table} force row level security; alter table ${table} enable trigger user`,
    );
  };

  await copy(
    'records',
    'tenant_id, id, dataset_id, since_change, schema, caption, props, marking, digest, tokens, countries, first_date, last_date',
    (async function* () {
      for await (const row of rows(folder, 'entities')) {
        const key = id('record', String(row.id));
        const said = saidOf(row);
        const [schema, caption] = [String(row.type), String(row.name)];
        const { tokens, countries, firstDate, lastDate } = recordTerms(ontology, {
          schema,
          caption,
          props: said,
        });
        yield `${tenant}\t${key}\t${dataset}\t${change}\t${schema}\t${text(caption)}\t${text(JSON.stringify(said))}\t1\t${digest(key)}\t{${tokens.join()}}\t{${countries.join()}}\t${firstDate ?? '\\N'}\t${lastDate ?? '\\N'}\n`;
      }
    })(),
  );
  await copy(
    'relationships',
    'tenant_id, id, dataset_id, since_change, type, source_record, target_record, props, marking, valid_from, valid_to, digest',
    (async function* () {
      for await (const row of rows(folder, 'relationships')) {
        const key = id('relationship', String(row.id));
        yield `${tenant}\t${key}\t${dataset}\t${change}\t${row.type}\t${id('record', String(row.from))}\t${id('record', String(row.to))}\t${props(row)}\t1\t${row.start ?? '\\N'}\t${row.end ?? '\\N'}\t${digest(key)}\n`;
      }
    })(),
  );

  for (const statement of rebuild) await client.query(statement);
  await client.query(`vacuum (analyze) ${TABLES.join(', ')}`);
  await fillSearch(client, tenant);
  await client.end();
  return { tenant, user, seconds: (performance.now() - started) / 1000 };
}

async function begin(
  client: pg.Client,
  tenant: string,
  user: string,
  dataset: string,
  found: boolean,
): Promise<number> {
  await client.query('begin isolation level repeatable read');
  const { rows: begun } = await client.query<{ id: string }>(
    `insert into changes (tenant_id, actor_id, action, id, tx, at) values ($1, $2, 'bench.loaded', 0, '0', now()) returning id`,
    [tenant, user],
  );
  const change = Number(begun[0]!.id);
  if (found) {
    await client.query(
      `insert into tenants (tenant_id, id, since_change, name) values ($1, $1, $2, 'Bench')`,
      [tenant, change],
    );
    await client.query(
      `insert into users (tenant_id, id, since_change, name, roles) values ($1, $2, $3, 'Bench', '{owner}')`,
      [tenant, user, change],
    );
  }
  await client.query(
    `insert into datasets (tenant_id, id, since_change, key, title) values ($1, $2, $3, $4, 'Generated')`,
    [tenant, dataset, change, DATASET],
  );
  await client.query('commit');
  return change;
}

/** Drops what slows COPY down; answers with the statements that bring it back. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const rebuild: string[] = [];
  for (const table of TABLES) {
    const found = await client.query<{ name: string; constraint: string | null; definition: string }>(
      `select i.indexrelid::regclass::text as name, c.conname as constraint,
              coalesce('alter table ${table} add constraint ' || c.conname || ' ' || pg_get_constraintdef(c.oid), pg_get_indexdef(i.indexrelid)) as definition
       from pg_index i left join pg_constraint c on c.conindid = i.indexrelid where i.indrelid = $1::regclass`,
      [table],
    );
    for (const { name, constraint, definition } of found.rows) {
      await client.query(
        constraint ? `alter table ${table} drop constraint ${constraint}` : `drop index ${name}`,
      );
      rebuild.push(definition);
    }
  }
  return rebuild;
}

const digest = (key: string): string => `\\\\x${hash('sha256', key, 'hex')}`;
const text = (value: string): string => value.replace(/[\\\t\n\r]/g, (found) => `\\${found}`);

const props = (row: Row): string => text(JSON.stringify(saidOf(row)));

function saidOf(row: Row): Record<string, string[]> {
  const said: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(row)) {
    if (!['id', 'type', 'from', 'to'].includes(name)) said[name] = [String(value)];
  }
  return said;
}

async function* batches(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let batch = '';
  for await (const line of lines) {
    batch += line;
    if (batch.length > 262_144) {
      yield batch;
      batch = '';
    }
  }
  if (batch) yield batch;
}
