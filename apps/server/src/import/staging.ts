/**
 * Staging tables of one connection, emptied by every commit, and the statements that bring what is staged into the facts.
 * Rows are staged because COPY into a table with row-level security is refused.
 */
import type { Changing } from '../change/command.ts';
import { type Reader, visible } from '../change/read.ts';
import { copyInto } from '../database/copy.ts';
import type { Transaction } from '../database/database.ts';
import { sql } from '../database/sql.ts';

const STAGING = `
  create temp table if not exists incoming_records (
    id uuid, schema text, caption text, props jsonb, marking smallint, valid_from text, valid_to text, source_ref jsonb,
    digest bytea, tokens text[], countries text[], first_date date, last_date date, revoked boolean, version text
  ) on commit delete rows;
  create temp table if not exists incoming_links (
    id uuid, type text, source_record uuid, target_record uuid, directed boolean, reference boolean, props jsonb,
    marking smallint, valid_from text, valid_to text, source_ref jsonb, digest bytea, version text
  ) on commit delete rows`;

/**
 * Statistics of staged rows never exist and those of the facts lag behind an import: by its guesses the planner would scan
 * whole tables for a batch. Every join of a batch is by primary key.
 */
export const PLANS = `set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_seqscan = off;
  set local jit = off; set local client_min_messages = warning`;

export interface Staged {
  /** Rows in COPY's text form. */
  records: Uint8Array;
  links: Uint8Array;
}

/** Fates of staged rows: what a batch will do, or would do. */
export interface Classified {
  created: number;
  updated: number;
  unchanged: number;
  /** A later version stands already. */
  older: number;
}

export async function stage(tx: Transaction, batch: Staged): Promise<void> {
  await tx.client.query(`${PLANS}; ${STAGING}`);
  if (batch.records.length > 0) await copyInto(tx, 'pg_temp.incoming_records', batch.records);
  if (batch.links.length > 0) await copyInto(tx, 'pg_temp.incoming_links', batch.links);
}

const older = sql`(s.version is not null and s.version < r.source_ref ->> 'version')`;

/** What a batch does to rows. For a reader, who is told of what it sees alone, a row that is hidden is not there. */
export async function classifyRecords(tx: Transaction, tenant: string, reader?: Reader): Promise<Classified> {
  const found = await tx.first<Classified>(sql`
    select count(*) filter (where r.id is null)::int as created,
           count(*) filter (where r.digest <> s.digest and not coalesce(${older}, false))::int as updated,
           count(*) filter (where r.digest = s.digest)::int as unchanged,
           count(*) filter (where r.digest <> s.digest and ${older})::int as older
    from pg_temp.incoming_records s left join records r on r.tenant_id = ${tenant} and r.id = s.id ${seenBy(reader)}`);
  return found!;
}

const seenBy = (reader: Reader | undefined) => (reader ? sql`and ${visible(reader, 'r')}` : sql``);

export async function classifyLinks(
  tx: Transaction,
  tenant: string,
  reader?: Reader,
): Promise<{ relationships: Classified; references: Classified }> {
  const rows = await tx.query<Classified & { reference: boolean }>(sql`
    select s.reference, count(*) filter (where r.id is null)::int as created,
           count(*) filter (where r.digest <> s.digest and not coalesce(${older}, false))::int as updated,
           count(*) filter (where r.digest = s.digest)::int as unchanged,
           count(*) filter (where r.digest <> s.digest and ${older})::int as older
    from pg_temp.incoming_links s left join relationships r on r.tenant_id = ${tenant} and r.id = s.id ${seenBy(reader)}
    group by s.reference`);
  const none: Classified = { created: 0, updated: 0, unchanged: 0, older: 0 };
  return {
    relationships: rows.find(({ reference }) => !reference) ?? none,
    references: rows.find(({ reference }) => reference) ?? none,
  };
}

export const bothOf = ({
  relationships: a,
  references: b,
}: {
  relationships: Classified;
  references: Classified;
}): Classified => ({
  created: a.created + b.created,
  updated: a.updated + b.updated,
  unchanged: a.unchanged + b.unchanged,
  older: a.older + b.older,
});

/** Writes the created and the updated records. When every row is new, nothing is looked up again. */
export async function writeRecords(tx: Changing, datasetId: string, what: Classified): Promise<void> {
  const { tenant } = tx.reader;
  if (what.created > 0) {
    const all = what.updated + what.unchanged + what.older === 0;
    await tx.execute(sql`
      insert into records (tenant_id, id, dataset_id, since_change, schema, caption, props, marking, valid_from, valid_to,
                           source_ref, digest, tokens, countries, first_date, last_date, revoked)
      select ${tenant}::uuid, s.id, ${datasetId}::uuid, ${tx.change}::bigint, s.schema, s.caption, s.props, s.marking, s.valid_from,
             s.valid_to, s.source_ref, s.digest, s.tokens, s.countries, s.first_date, s.last_date, s.revoked
      from pg_temp.incoming_records s ${
        all
          ? sql``
          : sql`
        where not exists (select from records r where r.tenant_id = ${tenant} and r.id = s.id)`
      }`);
  }
  if (what.updated > 0) {
    await tx.execute(sql`
      update records r set
        since_change = ${tx.change}, schema = s.schema, caption = s.caption, props = s.props, marking = s.marking,
        valid_from = s.valid_from, valid_to = s.valid_to, source_ref = s.source_ref, digest = s.digest, tokens = s.tokens,
        countries = s.countries, first_date = s.first_date, last_date = s.last_date, revoked = s.revoked
      from pg_temp.incoming_records s
      where r.tenant_id = ${tenant} and r.id = s.id and r.digest <> s.digest and not coalesce(${older}, false)`);
  }
}

export async function writeLinks(tx: Changing, datasetId: string, what: Classified): Promise<void> {
  const { tenant } = tx.reader;
  if (what.created > 0) {
    const all = what.updated + what.unchanged + what.older === 0;
    await tx.execute(sql`
      insert into relationships (tenant_id, id, dataset_id, since_change, type, source_record, target_record, directed, reference,
                                 props, marking, valid_from, valid_to, source_ref, digest)
      select ${tenant}::uuid, s.id, ${datasetId}::uuid, ${tx.change}::bigint, s.type, s.source_record, s.target_record, s.directed,
             s.reference, s.props, s.marking, s.valid_from, s.valid_to, s.source_ref, s.digest
      from pg_temp.incoming_links s ${
        all
          ? sql``
          : sql`
        where not exists (select from relationships r where r.tenant_id = ${tenant} and r.id = s.id)`
      }`);
  }
  if (what.updated > 0) {
    await tx.execute(sql`
      update relationships r set
        since_change = ${tx.change}, type = s.type, source_record = s.source_record, target_record = s.target_record,
        directed = s.directed, reference = s.reference, props = s.props, marking = s.marking, valid_from = s.valid_from,
        valid_to = s.valid_to, source_ref = s.source_ref, digest = s.digest
      from pg_temp.incoming_links s
      where r.tenant_id = ${tenant} and r.id = s.id and r.digest <> s.digest and not coalesce(${older}, false)`);
  }
}

/** Staged records that the batch makes or changes and that somebody has judged: their clusters are computed again. */
export async function judgedAmongStaged(tx: Changing): Promise<string[]> {
  const { tenant } = tx.reader;
  const any = await tx.first(sql`select from judgements where tenant_id = ${tenant} limit 1`);
  if (!any) return [];
  // Two joins: as two conditions with `or` between them, all judgements were read for each batch.
  const rows = await tx.query<{ id: string }>(sql`
    select s.id from pg_temp.incoming_records s join judgements j on j.tenant_id = ${tenant} and j.left_record = s.id
    union
    select s.id from pg_temp.incoming_records s join judgements j on j.tenant_id = ${tenant} and j.right_record = s.id`);
  return rows.map(({ id }) => id);
}
