/** Parts of facts that did not fit into the reader's memory: united with what is stored, never replacing it. */
import type { Changing } from '../change/command.ts';
import { deriveAgain } from '../change/derived.ts';
import { sql } from '../database/sql.ts';
import type { Ontology } from '../ontology/ontology.ts';
import type { Batch } from './batch.ts';
import { refuseHidden } from './hiddenRows.ts';
import { addFates, type ImportCounts } from './import.ts';
import type { Preparer } from './prepare.ts';
import type { Fact, Props, SourceRef } from './source.ts';
import {
  bothOf,
  classifyLinks,
  classifyRecords,
  judgedAmongStaged,
  stage,
  writeLinks,
  writeRecords,
} from './staging.ts';

interface Stored {
  id: string;
  name: string;
  caption: string | null;
  props: Props;
}

/** Answers with the rank of the highest marking among them. Throws FORBIDDEN for what the importer may not see. */
export async function writeParts(
  tx: Changing,
  datasetId: string,
  preparer: Preparer,
  parts: Batch['parts'],
  counts: ImportCounts,
): Promise<number> {
  const united = new Map<string, { fact: Fact; ref: SourceRef }>();
  for (const { fact, ref } of parts) {
    const id = preparer.idOf(fact.kind, fact.sourceKey);
    const earlier = united.get(id);
    united.set(id, {
      ref,
      fact: earlier ? unite(preparer.ontology, fact, nameOf(earlier.fact), earlier.fact.props) : fact,
    });
  }
  for (const stored of await storedRows(tx, [...united.keys()])) {
    const part = united.get(stored.id)!;
    part.fact = unite(preparer.ontology, part.fact, stored.name, stored.props, stored.caption);
  }

  const lines = { record: '', link: '' };
  let marking = 0;
  for (const { fact, ref } of united.values()) {
    const row = fact.kind === 'record' ? preparer.record(fact, ref) : preparer.link(fact, ref);
    lines[fact.kind === 'record' ? 'record' : 'link'] += row.line;
    marking = Math.max(marking, row.marking);
  }
  await tx.client.query('delete from pg_temp.incoming_records; delete from pg_temp.incoming_links');
  await stage(tx, { records: Buffer.from(lines.record), links: Buffer.from(lines.link) });

  await refuseHidden(tx);

  const records = await classifyRecords(tx, tx.reader.tenant);
  await writeRecords(tx, datasetId, records);
  await deriveAgain(tx, { records: await judgedAmongStaged(tx) });
  addFates(counts.records, records);
  const links = await classifyLinks(tx, tx.reader.tenant);
  await writeLinks(tx, datasetId, bothOf(links));
  addFates(counts.relationships, links.relationships);
  addFates(counts.references, links.references);
  return marking;
}

const nameOf = (fact: Fact): string => (fact.kind === 'record' ? fact.schema : fact.type);

/** Values of both as sets, under the more specific schema. */
function unite(
  ontology: Ontology,
  fact: Fact,
  name: string,
  props: Props,
  caption: string | null = null,
): Fact {
  const all: Props = { ...props };
  for (const [property, values] of Object.entries(fact.props)) {
    const value = [...new Set([...(Object.hasOwn(all, property) ? all[property]! : []), ...values])];
    Object.defineProperty(all, property, { value, enumerable: true, configurable: true, writable: true });
  }
  if (fact.kind !== 'record') return { ...fact, props: all };
  const schema = ontology.commonSchema(name, fact.schema) ?? name;
  return {
    ...fact,
    schema,
    props: all,
    caption: ontology.caption(schema, all, caption ?? fact.caption),
    ...ontology.valid(schema, all),
  };
}

async function storedRows(tx: Changing, ids: readonly string[]): Promise<Stored[]> {
  const { tenant } = tx.reader;
  return tx.query<Stored>(sql`
    select id, schema as name, caption, props from records where tenant_id = ${tenant} and id = any(${ids}::uuid[])
    union all
    select id, type, null, props from relationships where tenant_id = ${tenant} and id = any(${ids}::uuid[])`);
}
