import type { Reading } from '../change/read.ts';
import { visible } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import type { RelationshipNode } from './relationship.ts';

const COLUMNS = sql.raw(`l.id, l.dataset_id as "datasetId", l.since_change as "sinceChange", l.type,
  l.source_record as "sourceRecord", l.target_record as "targetRecord", l.directed, l.reference, l.props, l.marking,
  l.valid_from as "validFrom", l.valid_to as "validTo", l.source_ref as "sourceRef"`);

/** The relationships among `ids` that the reader sees, by id. */
export async function loadRelationships(
  tx: Reading,
  ids: readonly string[],
): Promise<Map<string, RelationshipNode>> {
  const wanted = ids.filter(isUuid);
  if (wanted.length === 0) return new Map();
  const rows = await tx.query<Omit<RelationshipNode, 'at'>>(sql`
    select ${COLUMNS} from relationships l where l.id = any(${wanted}::uuid[]) and ${visible(tx.reader, 'l')}`);
  return new Map(rows.map((row) => [row.id, { at: tx.at, ...row }]));
}
