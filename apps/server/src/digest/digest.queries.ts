import { SummitError } from '@summit/process/errors';
import { type Reading, visible } from '../change/read.ts';
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

/**
 * The digest of what the reader of `tx` sees at its moment, or of one dataset: then with the judgements that have a record
 * in it. Reads every row. Throws NOT_FOUND.
 */
export async function digest(tx: Reading, datasetKey?: string | null): Promise<Digest> {
  const { tenant, datasets } = tx.reader;
  let dataset: string | null = null;
  if (datasetKey) {
    const found = await tx.first<{ id: string }>(sql`
      select id from datasets where tenant_id = ${tenant} and key = ${datasetKey} and id = any(${datasets}::uuid[])`);
    if (!found) throw new SummitError('NOT_FOUND', { what: 'dataset' });
    dataset = found.id;
  }
  const within = (alias: string): Sql =>
    sql`${visible(tx.reader, alias)} and (${dataset}::uuid is null or ${sql.raw(alias)}.dataset_id = ${dataset})`;

  const records = await total(
    tx,
    sql`select r.digest, false as reference from records r where ${within('r')}`,
  );
  const links = await total(tx, sql`select l.digest, l.reference from relationships l where ${within('l')}`);
  const judgements = await total(
    tx,
    sql`
      select sha256(convert_to(concat('["', j.left_record, '","', j.right_record, '","', j.verdict, '"]'), 'UTF8')) as digest,
             false as reference
      from judgements j
      left join records l on l.tenant_id = ${tenant} and l.id = j.left_record
      left join records r on r.tenant_id = ${tenant} and r.id = j.right_record
      where j.tenant_id = ${tenant}
        and (l.id is null or ${visible(tx.reader, 'l')}) and (r.id is null or ${visible(tx.reader, 'r')})
        and (${dataset}::uuid is null or ${dataset} in (l.dataset_id, r.dataset_id))`,
  );
  return {
    content: hex(records.sum + links.sum + judgements.sum),
    workspace: hex((await total(tx, workspaceRows(tx))).sum),
    records: records.rows,
    relationships: links.rows - links.references,
    references: links.references,
    judgements: judgements.rows,
  };
}

function workspaceRows(tx: Reading): Sql {
  const { tenant, clearance } = tx.reader;
  const seen = sql`(select i.id from investigations i where i.tenant_id = ${tenant} and i.marking <= ${clearance})`;
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

const LIMBS = [0, 1, 2, 3, 4, 5, 6, 7];

/** Sums 32-byte numbers in eight parts of 32 bits: Postgres has no type for the whole, and its numeric is slow. */
async function total(tx: Reading, rows: Sql): Promise<{ sum: bigint; rows: number; references: number }> {
  const limbs = LIMBS.map((limb) =>
    sql.raw(
      `coalesce(sum(('x' || encode(substr(digest, ${limb * 4 + 1}, 4), 'hex'))::bit(32)::bigint & 4294967295), 0)::text`,
    ),
  );
  const found = await tx.first<{ limbs: string[]; rows: number; references: number }>(sql`
    select array[${sql.join(limbs)}] as limbs, count(*)::int as rows, (count(*) filter (where reference))::int as "references"
    from (${rows}) each`);
  const sum = found!.limbs.reduce((all, limb) => (all << 32n) + BigInt(limb), 0n);
  return { sum, rows: found!.rows, references: found!.references };
}

const hex = (sum: bigint): string => (sum % 2n ** 256n).toString(16).padStart(64, '0');
