import type { Ontology, PropertyType } from '../ontology/ontology.ts';
import { SINGLE_VALUED } from '../ontology/singleValued.ts';
import type { RecordNode } from '../record/record.ts';
import { identifierTokens, nameTokens } from '../search/normalise.ts';

/** An analyst holds what one record says to be wrong. */
export interface Refutation {
  recordId: string;
  property: string;
  value: string;
  reason: string | null;
  madeBy: string;
  madeAt: Date;
  sinceChange: number;
  /** The notebook of the investigation that it was made in. */
  notebookId: string | null;
}

/** One value of one property, with everyone who says so. */
export interface Fact {
  property: string;
  label: string;
  type: PropertyType;
  value: string;
  records: RecordNode[];
  conflicting: boolean;
  refuted: Refutation | null;
}

/**
 * Everything the records say, value by value: the schema's featured properties first, then its own order; within a property
 * what most sources say first. Where some of a value's sources are refuted, those stand as a fact of their own.
 */
export function mergeFacts(
  ontology: Ontology,
  schema: string,
  records: readonly RecordNode[],
  refutations: readonly Refutation[],
): Fact[] {
  const refutedBy = new Map(
    refutations.map((each) => [keyOf(each.recordId, each.property, each.value), each]),
  );
  const facts = new Map<string, Fact>();
  for (const record of records) {
    for (const [property, values] of Object.entries(record.props)) {
      for (const value of new Set(values)) {
        const refuted = refutedBy.get(keyOf(record.id, property, value)) ?? null;
        const key = keyOf(refuted ? 'refuted' : 'said', property, value);
        const known = facts.get(key);
        if (known) known.records.push(record);
        else
          facts.set(key, {
            property,
            label: ontology.propertyLabel(schema, property),
            type: ontology.propertyType(schema, property),
            value,
            records: [record],
            conflicting: false,
            refuted,
          });
      }
    }
  }
  const all = [...facts.values()];
  for (const [property, said] of Map.groupBy(all, (fact) => fact.property)) {
    if (!SINGLE_VALUED.has(property)) continue;
    const standing = said.filter(({ refuted }) => refuted === null);
    if (disagree(standing)) for (const fact of standing) fact.conflicting = true;
  }
  const order = placesOf(ontology, schema);
  const place = (property: string) => order.get(property) ?? order.size;
  return all.sort(
    (a, b) =>
      place(a.property) - place(b.property) ||
      compare(a.property, b.property) ||
      Number(a.refuted !== null) - Number(b.refuted !== null) ||
      b.records.length - a.records.length ||
      compare(a.value, b.value),
  );
}

const keyOf = (...parts: string[]): string => parts.join('\0');
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function placesOf(ontology: Ontology, name: string): Map<string, number> {
  const schema = ontology.schema(name);
  const properties = [
    ...(schema?.caption ?? []),
    ...(schema?.featured ?? []),
    ...(schema?.allProperties.keys() ?? []),
  ];
  return new Map([...new Set(properties)].map((property, place) => [property, place]));
}

/** Whether sources disagree: several say something, and not all values can mean the same. */
function disagree(facts: readonly Fact[]): boolean {
  if (facts.length < 2 || new Set(facts.flatMap(({ records }) => records.map(({ id }) => id))).size < 2)
    return false;
  return facts.some((one, index) => facts.slice(index + 1).some((other) => !sameMeaning(one, other)));
}

/** A date may be said with less precision, an identifier with other grouping, a text with other case. */
function sameMeaning({ type, value }: Fact, other: Fact): boolean {
  if (value === other.value) return true;
  if (type === 'date') return value.startsWith(other.value) || other.value.startsWith(value);
  if (type === 'number' || type === 'geo') return Number(value) === Number(other.value);
  const normal = type === 'identifier' ? identifierTokens : nameTokens;
  const words = normal(value).join(' ');
  return words !== '' && words === normal(other.value).join(' ');
}
