import type { Changing } from '../change/command.ts';
import { sql } from '../database/sql.ts';
import { factDigest } from '../digest/fact.ts';
import type { Props, SourceRef } from '../record/record.ts';

export interface RelationshipContent {
  id: string;
  dataset: { id: string; key: string };
  type: string;
  source: string;
  target: string;
  directed: boolean;
  /** Derived from an entity-typed property. */
  reference?: boolean;
  props: Props;
  /** Rank, see tenant/marking.ts. */
  marking: number;
  validFrom?: string | null | undefined;
  validTo?: string | null | undefined;
  sourceRef?: SourceRef | null | undefined;
}

/** A row of `relationships` without tenant and change. */
function relationshipRow(content: RelationshipContent) {
  const { id, dataset, type, source, target, directed, props, marking } = content;
  const reference = content.reference ?? false;
  const [validFrom, validTo] = [content.validFrom ?? null, content.validTo ?? null];
  const digest = factDigest({
    kind: reference ? 'reference' : 'relationship',
    id,
    datasetKey: dataset.key,
    schema: type,
    ends: [source, target],
    directed,
    props,
    marking,
    validFrom,
    validTo,
  });
  return {
    id,
    dataset_id: dataset.id,
    type,
    source_record: source,
    target_record: target,
    directed,
    reference,
    props,
    marking,
    valid_from: validFrom,
    valid_to: validTo,
    source_ref: content.sourceRef ?? null,
    digest: digest.toString('hex'),
  };
}

/** Writes relationships by hand: new ones are inserted, standing ones replaced where their content differs. */
export async function writeRelationships(
  tx: Changing,
  contents: readonly RelationshipContent[],
): Promise<void> {
  if (contents.length === 0) return;
  await tx.execute(sql`
    insert into relationships (tenant_id, since_change, id, dataset_id, type, source_record, target_record, directed, reference,
                               props, marking, valid_from, valid_to, source_ref, digest)
    select ${tx.reader.tenant}, ${tx.change}, id, dataset_id, type, source_record, target_record, directed, reference,
           props, marking, valid_from, valid_to, source_ref, decode(digest, 'hex')
    from jsonb_to_recordset(${JSON.stringify(contents.map(relationshipRow))}::jsonb) as row (
      id uuid, dataset_id uuid, type text, source_record uuid, target_record uuid, directed boolean, reference boolean,
      props jsonb, marking smallint, valid_from text, valid_to text, source_ref jsonb, digest text)
    order by id
    on conflict (tenant_id, id) do update
      set since_change = excluded.since_change, type = excluded.type, source_record = excluded.source_record,
          target_record = excluded.target_record, directed = excluded.directed, reference = excluded.reference,
          props = excluded.props, marking = excluded.marking, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
          source_ref = excluded.source_ref, digest = excluded.digest
      where relationships.digest <> excluded.digest`);
}
