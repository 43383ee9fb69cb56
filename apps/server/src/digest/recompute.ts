/** Says whether what is stored as digests is what the facts give: a summed digest is only as good as its summands. */
import { type At, type Reading, read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { type Sql, sql } from '../database/sql.ts';
import { factDigest } from './fact.ts';

const PAGE = 2_000;
const SHOWN = 20;

export interface Recomputed {
  checked: number;
  /** Rows whose stored digest is another; at most 20 are named. */
  wrong: number;
  ids: string[];
}

interface Row {
  id: string;
  kind: 'record' | 'relationship' | 'reference';
  key: string;
  schema: string;
  ends: [] | [string, string];
  directed: boolean;
  props: Record<string, string[]>;
  marking: number;
  validFrom: string | null;
  validTo: string | null;
  digest: string;
}

/** Reads every fact that the reader sees at that moment, page by page, and computes its digest again. */
export async function recompute(ctx: Context, at: At): Promise<Recomputed> {
  const found: Recomputed = { checked: 0, wrong: 0, ids: [] };
  for (const pageOf of [recordsAfter, linksAfter]) {
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const from = after;
      const rows = await read(ctx, at, (tx) => pageOf(tx, from));
      for (const row of rows) {
        found.checked++;
        if (factDigest({ ...row, datasetKey: row.key }).toString('hex') === row.digest) continue;
        found.wrong++;
        if (found.ids.length < SHOWN) found.ids.push(row.id);
      }
      if (rows.length < PAGE) break;
      after = rows.at(-1)!.id;
    }
  }
  return found;
}

/** What the version itself said: of the past, `marking` is the stricter of then and now. */
const said = ({ at }: Reading, alias: string): Sql =>
  sql.raw(`${alias}.${at === undefined ? 'marking' : 'said_marking'}`);

const recordsAfter = (tx: Reading, after: string): Promise<Row[]> =>
  tx.query<Row>(sql`
    select r.id, 'record' as kind, d.key, r.schema, '{}'::uuid[] as ends, true as directed, r.props, ${said(tx, 'r')} as marking,
           r.valid_from as "validFrom", r.valid_to as "validTo", encode(r.digest, 'hex') as digest
    from records r join datasets d on d.tenant_id = r.tenant_id and d.id = r.dataset_id
    where r.tenant_id = ${tx.reader.tenant} and r.id > ${after} order by r.id limit ${PAGE}`);

const linksAfter = (tx: Reading, after: string): Promise<Row[]> =>
  tx.query<Row>(sql`
    select l.id, case when l.reference then 'reference' else 'relationship' end as kind, d.key, l.type as schema,
           array[l.source_record, l.target_record] as ends, l.directed, l.props, ${said(tx, 'l')} as marking,
           l.valid_from as "validFrom", l.valid_to as "validTo", encode(l.digest, 'hex') as digest
    from relationships l join datasets d on d.tenant_id = l.tenant_id and d.id = l.dataset_id
    where l.tenant_id = ${tx.reader.tenant} and l.id > ${after} order by l.id limit ${PAGE}`);
