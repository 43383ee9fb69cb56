import type { Reading } from '../change/read.ts';
import { visible } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import type { RecordNode } from './record.ts';

const COLUMNS =
  sql.raw(`r.id, r.dataset_id as "datasetId", r.since_change as "sinceChange", r.schema, r.caption, r.props,
  r.marking, r.valid_from as "validFrom", r.valid_to as "validTo", r.source_ref as "sourceRef", r.countries,
  r.first_date as "firstDate", r.last_date as "lastDate", r.revoked`);

/** The records among `ids` that the reader sees, by id. */
export async function loadRecords(tx: Reading, ids: readonly string[]): Promise<Map<string, RecordNode>> {
  const wanted = ids.filter(isUuid);
  if (wanted.length === 0) return new Map();
  const rows = await tx.query<Omit<RecordNode, 'at'>>(sql`
    select ${COLUMNS} from records r where r.id = any(${wanted}::uuid[]) and ${visible(tx.reader, 'r')}`);
  return new Map(rows.map((row) => [row.id, { at: tx.at, ...row }]));
}
