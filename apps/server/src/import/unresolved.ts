import type { Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';

/** Links looked at in one statement: no transaction lasts longer than a few seconds. */
const LINKS = 100_000;

/** Ends of a dataset's links that no record of the dataset has the id of, read in slices of bounded size. */
export async function countUnresolved(
  reading: <T>(work: (tx: Reading) => Promise<T>) => Promise<T>,
  datasetId: string,
): Promise<number> {
  let unresolved = 0;
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const slice = await reading((tx) =>
      tx.first<{ unresolved: number; links: number; last: string | null }>(sql`
        with links as materialized (
          select id, source_record, target_record, dataset_id from relationships
          where tenant_id = ${tx.reader.tenant} and id > ${after} order by id limit ${LINKS}
        ), ends as (
          select source_record as id from links where dataset_id = ${datasetId}
          union all select target_record from links where dataset_id = ${datasetId}
        )
        select (select count(*)::int from ends e where not exists (
                  select from records r where r.tenant_id = ${tx.reader.tenant} and r.id = e.id and r.dataset_id = ${datasetId})) as unresolved,
               (select count(*)::int from links) as links,
               (select id from links order by id desc limit 1) as last`),
    );
    unresolved += slice!.unresolved;
    if (slice!.links < LINKS) return unresolved;
    after = slice!.last!;
  }
}
