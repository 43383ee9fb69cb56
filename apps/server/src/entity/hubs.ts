import { createHash } from 'node:crypto';
import type { Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { HIGHEST_MARKING } from '../tenant/marking.ts';
import { countLinks, type LinkCount } from './links.queries.ts';

/** From here on counting costs tens of milliseconds: an entity with 30,000 links takes 60 ms on a million records. */
const HUB = 2_000;
const REMEMBERED = 500;

interface Counted {
  /** The tenant's last change when they were counted. */
  position: number;
  counts: LinkCount[];
}

const hubs = new Map<string, Counted>();

/**
 * `countLinks` of the whole entity, remembered for hubs until the tenant's next change. A moment in the past changes only for
 * who does not see every marking; now is remembered only while no earlier change can still appear.
 */
export async function countAllLinks(tx: Reading, records: readonly string[]): Promise<LinkCount[]> {
  const key = keyOf(tx, records);
  const known = hubs.get(key);
  const position = known && (await settledPosition(tx));
  if (known && known.position === position) return known.counts;

  const counts = await countLinks(tx, records);
  hubs.delete(key);
  if (counts.reduce((sum, { count }) => sum + count, 0) >= HUB) {
    const now = await settledPosition(tx);
    if (now !== undefined) {
      hubs.set(key, { position: now, counts });
      if (hubs.size > REMEMBERED) hubs.delete(hubs.keys().next().value!);
    }
  }
  return counts;
}

/** Everything that the answer depends on but the rows themselves. */
function keyOf({ reader, at }: Reading, records: readonly string[]): string {
  const { tenant, clearance, datasets } = reader;
  return createHash('sha256')
    .update(`${tenant} ${clearance} ${at ?? 'now'} ${datasets.toSorted().join()} ${records.join()}`)
    .digest('base64url');
}

async function settledPosition(tx: Reading): Promise<number | undefined> {
  if (tx.at !== undefined && tx.reader.clearance === HIGHEST_MARKING) return tx.at;
  const row = await tx.first<{ last: number; settled: boolean }>(sql`
    select max(id) as last, max(id) < summit.horizon() as settled from summit.changes where tenant_id = ${tx.reader.tenant}`);
  return row?.settled ? row.last : undefined;
}
