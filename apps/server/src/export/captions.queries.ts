import type { Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { loadNames } from '../entity/entity.queries.ts';
import { factId, isUuid } from '../ids.ts';
import type { Ontology } from '../ontology/ontology.ts';
import type { ExportedLink, ExportedRecord } from './export.ts';

/**
 * Gives each fact the captions of what its values of type entity name, and a link those of its ends. A value is the key of a
 * record in the dataset that says it; by hand it is the record's id.
 */
export async function withCaptions<Fact extends ExportedRecord | ExportedLink>(
  tx: Reading,
  ontology: Ontology,
  facts: readonly Fact[],
): Promise<Fact[]> {
  const keys = [...new Set(facts.map(({ dataset }) => dataset))];
  const notebooks = new Set(
    (
      await tx.query<{ key: string }>(sql`
        select key from datasets where tenant_id = ${tx.reader.tenant} and kind = 'notebook' and key = any(${keys}::text[])`)
    ).map(({ key }) => key),
  );
  const named = facts.map((fact) => {
    const target = (value: string) =>
      notebooks.has(fact.dataset) && isUuid(value) ? value : factId(fact.dataset, 'record', value);
    const type = 'schema' in fact ? fact.schema : fact.type;
    const ids: [column: string, ids: string[]][] = Object.entries(fact.props)
      .filter(([name]) => ontology.propertyType(type, name) === 'entity')
      .map(([name, values]) => [name, values.map(target)]);
    return { fact, ids, ends: 'source' in fact ? [fact.source, fact.target] : [] };
  });
  const wanted = new Set(
    named.flatMap(({ ids, ends }) => [...ids.flatMap(([, targets]) => targets), ...ends]),
  );
  const names = await loadNames(tx, [...wanted]);
  const caption = (id: string) => names.get(id)?.caption ?? '';
  return named.map(({ fact, ids, ends: [source, target] }) => ({
    ...fact,
    captions: Object.fromEntries(ids.map(([column, targets]) => [column, targets.map(caption)])),
    ...(source !== undefined && target !== undefined && { ends: [caption(source), caption(target)] }),
  }));
}
