import type { Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { ontology as common, type Ontology, type SchemaDefinition } from './ontology.ts';

const built = new Map<string, Ontology>();

/** The types of the reader's tenant at the moment of `tx`: everyone's, with its own added. */
export async function ontologyOf(tx: Reading): Promise<Ontology> {
  const own = await tx.query<{ id: string; sinceChange: number }>(sql`
    select id, since_change as "sinceChange" from ontology_types where tenant_id = ${tx.reader.tenant} order by name`);
  if (own.length === 0) return common;
  // The versions name the content, so the same moment is never built twice and a new definition is seen at once.
  const key = `${tx.reader.tenant} ${own.map(({ id, sinceChange }) => `${id}@${sinceChange}`).join()}`;
  let found = built.get(key);
  if (!found) {
    const rows = await tx.query<{ definition: SchemaDefinition }>(sql`
      select definition from ontology_types where tenant_id = ${tx.reader.tenant} order by name`);
    found = common.extend(rows.map(({ definition }) => definition));
    if (built.size > 100) built.clear();
    built.set(key, found);
  }
  return found;
}
