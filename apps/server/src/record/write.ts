import type { Changing } from '../change/command.ts';
import { sql } from '../database/sql.ts';
import { factDigest } from '../digest/fact.ts';
import type { Ontology } from '../ontology/ontology.ts';
import { recordTerms } from '../search/terms.ts';
import type { Props, SourceRef } from './record.ts';

/** What is said of one thing, before what follows from it. */
export interface RecordContent {
  id: string;
  dataset: { id: string; key: string };
  schema: string;
  props: Props;
  /** Rank, see tenant/marking.ts. */
  marking: number;
  /** Used where no property names the thing. */
  caption?: string | undefined;
  /** Left out, they follow from the properties. */
  validFrom?: string | null | undefined;
  validTo?: string | null | undefined;
  sourceRef?: SourceRef | null | undefined;
}

/** A row of `records` without tenant and change: the columns that an import writes, by the same rules. */
function recordRow(ontology: Ontology, content: RecordContent) {
  const { id, dataset, schema, props, marking } = content;
  const valid = ontology.valid(schema, props);
  const validFrom = content.validFrom ?? valid.validFrom ?? null;
  const validTo = content.validTo ?? valid.validTo ?? null;
  const caption = ontology.caption(schema, props, content.caption ?? id);
  const terms = recordTerms(ontology, { schema, caption, props, validFrom, validTo });
  const digest = factDigest({
    kind: 'record',
    id,
    datasetKey: dataset.key,
    schema,
    ends: [],
    props,
    marking,
    validFrom,
    validTo,
  });
  return {
    id,
    dataset_id: dataset.id,
    schema,
    caption,
    props,
    marking,
    valid_from: validFrom,
    valid_to: validTo,
    source_ref: content.sourceRef ?? null,
    digest: digest.toString('hex'),
    tokens: terms.tokens,
    countries: terms.countries,
    first_date: terms.firstDate,
    last_date: terms.lastDate,
  };
}

/** Writes records by hand: new ones are inserted, standing ones replaced where their content differs. */
export async function writeRecords(
  tx: Changing,
  ontology: Ontology,
  contents: readonly RecordContent[],
): Promise<void> {
  if (contents.length === 0) return;
  const rows = contents.map((content) => recordRow(ontology, content));
  await tx.execute(sql`
    insert into records (tenant_id, since_change, id, dataset_id, schema, caption, props, marking, valid_from, valid_to,
                         source_ref, digest, tokens, countries, first_date, last_date)
    select ${tx.reader.tenant}, ${tx.change}, id, dataset_id, schema, caption, props, marking, valid_from, valid_to,
           source_ref, decode(digest, 'hex'), tokens, countries, first_date, last_date
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      id uuid, dataset_id uuid, schema text, caption text, props jsonb, marking smallint, valid_from text, valid_to text,
      source_ref jsonb, digest text, tokens text[], countries text[], first_date date, last_date date)
    order by id
    on conflict (tenant_id, id) do update
      set since_change = excluded.since_change, schema = excluded.schema, caption = excluded.caption, props = excluded.props,
          marking = excluded.marking, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
          source_ref = excluded.source_ref, digest = excluded.digest, tokens = excluded.tokens,
          countries = excluded.countries, first_date = excluded.first_date, last_date = excluded.last_date
      where records.digest <> excluded.digest`);
}
