import type { Reading } from '../change/read.ts';
import { ontologyOf } from '../ontology/ontology.queries.ts';
import type { Props } from '../record/record.ts';
import { wordsIn } from './normalise.ts';
import { type SearchHit, searchEntities } from './search.queries.ts';
import { searchKind } from './terms.ts';

const SHOWN = 5;
const ASKED = 6;
/** Names that answer to less than this of each other's words are namesakes at best. */
const ALIKE = 0.75;
const COVERED = 0.6;

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
      if (hit.score >= ALIKE && covered(hit) >= COVERED && (!known || hit.score > known.score))
        best.set(hit.entity.id, hit);
    }
  }
  return [...best.values()].sort((a, b) => b.score - a.score).slice(0, SHOWN);
}

/** How much of the known name the new one says. */
function covered({ matches }: SearchHit): number {
  const best = matches[0];
  if (!best) return 0;
  // An identifier is found whole, in one span.
  const whole = best.spans[0]?.[1] === best.value.length && best.spans[0][0] === 0;
  return whole ? 1 : best.spans.length / Math.max(1, wordsIn(best.value).length);
}
