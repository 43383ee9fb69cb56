import type { Reading } from '../change/read.ts';
import { ontologyOf } from '../ontology/ontology.queries.ts';
import type { Props } from '../record/record.ts';
import { type SearchHit, searchEntities } from './search.queries.ts';
import { searchKind } from './terms.ts';

const SHOWN = 5;
const ASKED = 6;
/** A name that covers less than this of both itself and the other is a namesake at best. */
const ALIKE = 0.62;

/** Known entities that a new entry looks like, best first: by an identifier, or by names of a schema that goes with its own. */
export async function lookAlikes(tx: Reading, entry: { schema: string; props: Props }): Promise<SearchHit[]> {
  const ontology = await ontologyOf(tx);
  const questions = new Set<string>();
  for (const [property, values] of Object.entries(entry.props)) {
    const kind = searchKind(ontology.propertyType(entry.schema, property));
    // Finished with a space: a name is compared whole, not as the beginning of another.
    if (kind === 'name' || kind === 'identifier')
      for (const value of values) questions.add(`${value.slice(0, 200)} `);
  }
  const root = ontology.schema(entry.schema)?.lineage.findLast((name) => !ontology.schema(name)?.abstract);
  const schemas = root ? [root, entry.schema] : undefined;
  const best = new Map<string, SearchHit>();
  for (const question of [...questions].slice(0, ASKED)) {
    const { hits } = await searchEntities(tx, question, { schemas }, { first: SHOWN, skip: 0 });
    for (const hit of hits) {
      const known = best.get(hit.entity.id);
      if (hit.score >= ALIKE && (!known || hit.score > known.score)) best.set(hit.entity.id, hit);
    }
  }
  return [...best.values()].sort((a, b) => b.score - a.score).slice(0, SHOWN);
}
