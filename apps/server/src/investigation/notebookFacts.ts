import { SummitError } from '@summit/process/errors';
import type { Changing } from '../change/command.ts';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { isUuid, uuidv5 } from '../ids.ts';
import { ontologyOf } from '../ontology/ontology.queries.ts';
import type { Ontology } from '../ontology/ontology.ts';
import { cleanValue } from '../ontology/values.ts';
import type { Props } from '../record/record.ts';
import { type RecordContent, writeRecords } from '../record/write.ts';
import { type RelationshipContent, writeRelationships } from '../relationship/write.ts';
import { lookAlikes } from '../search/lookAlikes.ts';
import type { SearchHit } from '../search/search.queries.ts';

export interface PropertyInput {
  name: string;
  values: readonly string[];
}

const VALUE_MOST = 65_536;
const VALUES_MOST = 1_000;

/**
 * Values written by hand, in the form that an import gives them. A value whose type cannot be read from it is kept as it
 * was written. Throws INPUT_INVALID.
 */
export function cleanProps(ontology: Ontology, schema: string, given: readonly PropertyInput[]): Props {
  // A Map, as a name may be that of something every object has, such as constructor.
  const props = new Map<string, string[]>();
  for (const { name, values } of given) {
    if (!/^[^\0\s][^\0]{0,199}$/.test(name)) throw invalid('a property has a name of 1 to 200 characters');
    const type = ontology.propertyType(schema, name);
    const cleaned = values.flatMap((value) => {
      if (value.length > VALUE_MOST || value.includes('\0') || !value.isWellFormed())
        throw invalid(`a value of ${name} is not a text of at most ${VALUE_MOST} characters`);
      return cleanValue(type, value)?.value ?? [];
    });
    const all = [...new Set([...(props.get(name) ?? []), ...cleaned])];
    props.set(name, all);
    if (all.length > VALUES_MOST) throw invalid(`${name} has more than ${VALUES_MOST} values`);
  }
  return Object.fromEntries([...props].filter(([, values]) => values.length > 0));
}

/** What these properties say under a name of their own; nothing of what every object inherits. */
export const valuesOf = (props: Props, name: string): readonly string[] =>
  Object.hasOwn(props, name) ? props[name]! : [];

/** Both together, each value once. */
export function withValues(props: Props, more: Props): Props {
  const all = new Map(Object.entries(props));
  for (const [name, values] of Object.entries(more))
    all.set(name, [...new Set([...(all.get(name) ?? []), ...values])]);
  return Object.fromEntries(all);
}

export function withoutValues(props: Props, less: Props): Props {
  const kept = Object.entries(props).map(
    ([name, values]) => [name, values.filter((value) => !valuesOf(less, name).includes(value))] as const,
  );
  return Object.fromEntries(kept.filter(([, values]) => values.length > 0));
}

/** Writes a notebook's record, and the references that follow from its entity-typed properties, as an import would. */
export async function writeNotebookRecord(
  tx: Changing,
  ontology: Ontology,
  content: RecordContent,
): Promise<void> {
  await writeRecords(tx, ontology, [content]);
  const { id, dataset, schema, props, marking } = content;
  const definition = ontology.schema(schema);
  const references: RelationshipContent[] = (definition?.references ?? []).flatMap((property) =>
    (props[property] ?? []).filter(isUuid).map((target) => ({
      id: uuidv5(`${dataset.key}\0reference\0${id}\0${property}\0${target}`),
      dataset,
      type: `${definition!.allProperties.get(property)!.declaredBy}:${property}`,
      source: id,
      target,
      directed: true,
      reference: true,
      props: {},
      marking,
    })),
  );
  await writeRelationships(tx, references);
  await tx.execute(sql`
    delete from relationships
    where tenant_id = ${tx.reader.tenant} and source_record = ${id} and dataset_id = ${dataset.id} and reference
      and not id = any(${references.map((each) => each.id)}::uuid[])`);
}

/** Known entities that a new entry looks like. Throws INPUT_INVALID for values that could not be written. */
export function knownLike(
  ctx: Context,
  { schema, properties }: { schema: string; properties: readonly PropertyInput[] },
): Promise<SearchHit[]> {
  return read(ctx, undefined, async (tx) =>
    lookAlikes(tx, { schema, props: cleanProps(await ontologyOf(tx), schema, properties) }),
  );
}

const invalid = (problem: string): SummitError => new SummitError('INPUT_INVALID', { problem });
