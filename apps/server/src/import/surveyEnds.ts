/** How many ends of a dataset's links would be without a record after an import, with the meaning that its result line has. */
import { type Reading, read, visible } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { countUnresolved } from '../dataset/counts.queries.ts';
import { datasetId } from '../dataset/dataset.ts';
import type { Batch } from './batch.ts';
import { DanglingEnds } from './dangling.ts';
import type { Running } from './running.ts';

/** A record takes at least some 60 bytes of a file; a packed file may hold ten times as much. */
const RECORD_BYTES = 60;
const PACKED = 10;
/** Links that stand with other ends than the file gives them: so many are remembered. */
const MOVED_MOST = 10_000;

/** What a staged batch says of ends. */
export interface BatchEnds {
  records: string[];
  /** Ends of its links for which no record stands that stays. */
  ends: { id: string; times: number }[];
  /** Ends that dangle where they stand, and find a record of the batch. */
  found: number;
  /** Links that stand and would have other ends, with those of the former ones that dangle. */
  moved: { id: string; dangling: string[] }[];
}

/**
 * What stands and stays: the rows of the dataset, for a merging import. A replacing one keeps only what its file has, and the
 * ends of a dataset that is not there yet need no look-up either.
 */
export class EndsAfter {
  readonly #dataset: string;
  readonly #file: DanglingEnds;
  /** Ends that dangle now; undefined where nothing stands that stays. */
  #standing: number | undefined;
  readonly #moved = new Set<string>();

  static async of({ ctx, about }: Running): Promise<EndsAfter> {
    const dataset = datasetId(about.datasetKey);
    const standing = await read(ctx, undefined, async (tx) =>
      about.mode === 'merge' && tx.reader.datasets.includes(dataset)
        ? countUnresolved(tx, dataset)
        : undefined,
    );
    const bytes = about.bytes * (about.filename.endsWith('.gz') ? PACKED : 1);
    return new EndsAfter(dataset, new DanglingEnds(bytes / RECORD_BYTES), standing);
  }

  private constructor(dataset: string, file: DanglingEnds, standing: number | undefined) {
    this.#dataset = dataset;
    this.#file = file;
    this.#standing = standing;
  }

  /** Reads what is staged; nothing is counted yet, since what is asked here may be asked again. */
  async look(tx: Reading): Promise<BatchEnds> {
    const records = await tx.query<{ id: string }>(sql`select id from pg_temp.incoming_records`);
    const found = { records: records.map(({ id }) => id), found: 0, moved: [] };
    if (this.#standing === undefined) return { ...found, ends: await newEnds(tx) };
    return {
      ...found,
      ends: await mergedEnds(tx),
      moved: await movedLinks(tx),
      ...(this.#standing > 0 && { found: await foundByBatch(tx, this.#dataset, [...this.#moved]) }),
    };
  }

  add({ records, ends, found, moved }: BatchEnds): void {
    for (const id of records) this.#file.record(id);
    for (const { id, times } of ends) this.#file.end(id, times);
    if (this.#standing === undefined) return;
    this.#standing -= found;
    for (const { id, dangling } of moved) {
      if (this.#moved.has(id)) continue;
      // What the file's records already gave its end to was taken off with them.
      this.#standing -= dangling.filter((end) => !this.#file.has(end)).length;
      if (this.#moved.size < MOVED_MOST) this.#moved.add(id);
      else this.#file.leaveOut();
    }
  }

  /** Facts that are united with what stands are not staged. */
  addParts({ parts }: Batch, { preparer }: Running): void {
    for (const { fact } of parts) {
      if (fact.kind === 'record') this.#file.record(preparer.idOf('record', fact.sourceKey));
      else this.#file.leaveOut();
    }
  }

  get result(): { unresolved: number; isExact: boolean } {
    const { count, isExact } = this.#file.dangling;
    return { unresolved: Math.max(0, (this.#standing ?? 0) + count), isExact };
  }
}

type Ends = BatchEnds['ends'];

/** Where a later version stands already, its ends count. */
const newEnds = (tx: Reading): Promise<Ends> =>
  tx.query(sql`
    select e.id, count(*)::int as times
    from pg_temp.incoming_links s
    left join relationships r on r.tenant_id = ${tx.reader.tenant} and r.id = s.id and ${visible(tx.reader, 'r')}
      and s.version is not null and s.version < r.source_ref ->> 'version'
    cross join unnest(array[coalesce(r.source_record, s.source_record), coalesce(r.target_record, s.target_record)]) e (id)
    group by e.id`);

const isMoved = sql`(r.source_record, r.target_record) is distinct from (s.source_record, s.target_record)
  and not coalesce(s.version is not null and s.version < r.source_ref ->> 'version', false)`;

/** Links that stand with the same ends are counted with what stands. */
const mergedEnds = (tx: Reading): Promise<Ends> =>
  tx.query(sql`
    select e.id, count(*)::int as times
    from pg_temp.incoming_links s
    left join relationships r on r.tenant_id = ${tx.reader.tenant} and r.id = s.id and ${visible(tx.reader, 'r')}
    cross join unnest(array[s.source_record, s.target_record]) e (id)
    where (r.id is null or ${isMoved}) and not ${hasRecord(tx, 'e.id')}
    group by e.id`);

const movedLinks = (tx: Reading): Promise<BatchEnds['moved']> =>
  tx.query(sql`
    select s.id, array(
      select e.id from unnest(array[r.source_record, r.target_record]) e (id) where not ${hasRecord(tx, 'e.id')}) as dangling
    from pg_temp.incoming_links s
    join relationships r on r.tenant_id = ${tx.reader.tenant} and r.id = s.id and ${visible(tx.reader, 'r')}
    where ${isMoved}`);

async function foundByBatch(tx: Reading, dataset: string, moved: string[]): Promise<number> {
  const of = (end: 'source_record' | 'target_record') => sql`
    select count(*)::int as found from pg_temp.incoming_records s
    join relationships r on r.${sql.identifier(end)} = s.id and ${visible(tx.reader, 'r')}
      and (r.dataset_id = ${dataset}) is true and r.id <> all(${moved}::uuid[])
    where not ${hasRecord(tx, 's.id')}`;
  const row = await tx.first<{ found: number }>(
    sql`select (${of('source_record')}) + (${of('target_record')}) as found`,
  );
  return row!.found;
}

const hasRecord = (tx: Reading, id: 'e.id' | 's.id') => sql`exists (
  select from records n where n.tenant_id = ${tx.reader.tenant} and n.id = ${sql.raw(id)} and ${visible(tx.reader, 'n')})`;
