import { SummitError } from '@summit/process/errors';
import { visibleCase } from '../change/membership.ts';
import { type At, type Reading, read, visible } from '../change/read.ts';
import type { Context } from '../context.ts';
import { type Sql, sql } from '../database/sql.ts';

export interface Digest {
  /** Hex of the sum mod 2^256 of the SHA-256 of every fact and judgement: order-free, and blind to who said it when. */
  content: string;
  /** The same over investigations, their items, notes and refutations. */
  workspace: string;
  records: number;
  relationships: number;
  references: number;
  judgements: number;
}

/** Which rows: a slice of the ids, from and up to but without. */
interface Slice {
  from: string;
  to: string | null;
}
const ALL: Slice = { from: '00000000-0000-0000-0000-000000000000', to: null };

/**
 * The digest of what the reader of `tx` sees at its moment, or of one dataset: then with the judgements that have a record
 * in it. Reads every row in one transaction; `digestAt` is for what may be large. Throws NOT_FOUND.
 */
export async function digest(tx: Reading, datasetKey?: string | null): Promise<Digest> {
  const dataset = await datasetOf(tx, datasetKey);
  return answer(await facts(tx, dataset, ALL), await others(tx, dataset));
}

/** Rows above which one transaction would take too long: it holds back the stable prefix of the log. */
const ROWS_AT_ONCE = 500_000;

/** The same as of a change, in as many short transactions as it takes. */
export async function digestAt(ctx: Context, at: At, datasetKey?: string | null): Promise<Digest> {
  const { dataset, rows } = await read(ctx, at, async (tx) => ({
    dataset: await datasetOf(tx, datasetKey),
    rows: (await tx.first<{ rows: number }>(sql`
      select sum(reltuples)::float8 as rows from pg_class where oid in ('summit.records'::regclass, 'summit.relationships'::regclass)`))!
      .rows,
  }));
  const found: Total[] = [];
  for (const slice of slices(Math.ceil(rows / ROWS_AT_ONCE))) {
    found.push(...(await read(ctx, at, (tx) => facts(tx, dataset, slice))));
  }
  return answer(found, await read(ctx, at, (tx) => others(tx, dataset)));
}

function slices(count: number): Slice[] {
  const parts = Math.min(256, Math.max(1, count));
  const edge = (part: number) =>
    `${Math.floor((part * 65_536) / parts)
      .toString(16)
      .padStart(4, '0')}0000-0000-0000-0000-000000000000`;
  return Array.from({ length: parts }, (_, part) => ({
    from: part === 0 ? ALL.from : edge(part),
    to: part === parts - 1 ? null : edge(part + 1),
  }));
}

async function datasetOf(tx: Reading, key: string | null | undefined): Promise<string | null> {
  if (!key) return null;
  const { tenant, datasets } = tx.reader;
  const found = await tx.first<{ id: string }>(sql`
    select id from datasets where tenant_id = ${tenant} and key = ${key} and id = any(${datasets}::uuid[])`);
  if (!found) throw new SummitError('NOT_FOUND', { what: 'dataset' });
  return found.id;
}

interface Total {
  of: 'records' | 'links' | 'judgements' | 'workspace';
  sum: bigint;
  rows: number;
  references: number;
}

function answer(found: readonly Total[], more: readonly Total[]): Digest {
  const all = [...found, ...more];
  const summed = (of: Total['of'], what: 'rows' | 'references') =>
    all.reduce((sum, each) => sum + (each.of === of ? each[what] : 0), 0);
  const sum = (workspace: boolean) =>
    hex(all.reduce((total, each) => total + ((each.of === 'workspace') === workspace ? each.sum : 0n), 0n));
  return {
    content: sum(false),
    workspace: sum(true),
    records: summed('records', 'rows'),
    relationships: summed('links', 'rows') - summed('links', 'references'),
    references: summed('links', 'references'),
    judgements: summed('judgements', 'rows'),
  };
}

async function facts(tx: Reading, dataset: string | null, { from, to }: Slice): Promise<Total[]> {
  const within = (alias: string): Sql =>
    sql`${visible(tx.reader, alias)} and (${dataset}::uuid is null or ${sql.raw(alias)}.dataset_id = ${dataset})
      and ${sql.raw(alias)}.id >= ${from} and (${to}::uuid is null or ${sql.raw(alias)}.id < ${to})`;
  return [
    await total(tx, 'records', sql`select r.digest, false as reference from records r where ${within('r')}`),
    await total(tx, 'links', sql`select l.digest, l.reference from relationships l where ${within('l')}`),
  ];
}

async function others(tx: Reading, dataset: string | null): Promise<Total[]> {
  const { tenant } = tx.reader;
  const judgements = sql`
      select sha256(convert_to(concat('["', j.left_record, '","', j.right_record, '","', j.verdict, '"]'), 'UTF8')) as digest,
             false as reference
      from judgements j
      left join records l on l.tenant_id = ${tenant} and l.id = j.left_record
      left join records r on r.tenant_id = ${tenant} and r.id = j.right_record
      where j.tenant_id = ${tenant}
        and (l.id is null or ${visible(tx.reader, 'l')}) and (r.id is null or ${visible(tx.reader, 'r')})
        and (${dataset}::uuid is null or ${dataset} in (l.dataset_id, r.dataset_id))`;
  return [await total(tx, 'judgements', judgements), await total(tx, 'workspace', workspaceRows(tx))];
}

function workspaceRows(tx: Reading): Sql {
  const { tenant } = tx.reader;
  const seen = sql`(select i.id from investigations i where ${visibleCase(tx.reader, 'i')})`;
  const row = (table: string, columns: string, which: Sql): Sql => sql`
    select sha256(convert_to(jsonb_build_array('${sql.raw(table)}', ${sql.raw(columns)})::text, 'UTF8')) as digest, false as reference
    from ${sql.identifier(table)} where tenant_id = ${tenant} and ${which}`;
  const inSeen = sql`investigation_id in ${seen}`;
  return sql.join(
    [
      row(
        'investigations',
        'id, title, description, marking, archived, read_only, notebook_id',
        sql`id in ${seen}`,
      ),
      row(
        'investigation_items',
        'id, investigation_id, record_id, x, y, pinned, hidden, group_name, colour',
        inSeen,
      ),
      row('notes', 'id, investigation_id, text, target_id, property, value', inSeen),
      row('refutations', 'id, investigation_id, record_id, property, value', inSeen),
    ],
    ' union all ',
  );
}

const LIMBS = [0, 1, 2, 3];

/**
 * Sums 32-byte numbers in four parts of 64 bits, read as signed ones, which is what Postgres has: each negative part is 2^64
 * too small. From 18 on four times as fast as by way of hex (migration 0023).
 */
async function total(tx: Reading, of: Total['of'], rows: Sql): Promise<Total> {
  const parts = LIMBS.map((limb) =>
    sql.raw(`coalesce(sum(operations.eight_bytes(substr(digest, ${limb * 8 + 1}, 8))), 0)::text`),
  );
  const negatives = LIMBS.map((limb) =>
    sql.raw(`count(*) filter (where get_byte(digest, ${limb * 8}) > 127)`),
  );
  const found = await tx.first<{
    parts: string[];
    negatives: number[];
    rows: number;
    references: number;
  }>(sql`
    select array[${sql.join(parts)}] as parts, array[${sql.join(negatives)}]::float8[] as negatives,
           count(*)::int as rows, (count(*) filter (where reference))::int as "references"
    from (${rows}) each`);
  const sum = found!.parts.reduce(
    (all, part, limb) => (all << 64n) + BigInt(part) + BigInt(found!.negatives[limb]!) * 2n ** 64n,
    0n,
  );
  return { of, sum, rows: found!.rows, references: found!.references };
}

const hex = (sum: bigint): string => (sum % 2n ** 256n).toString(16).padStart(64, '0');
