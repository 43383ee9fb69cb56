import type { Ontology } from '../ontology/ontology.ts';
import type { RecordNode } from '../record/record.ts';
import type { Refutation } from './facts.ts';

/** What an entity is called and what it spans, from its visible records alone. */
export interface Summary {
  schema: string;
  caption: string;
  /** Other names, most said first. */
  aliases: string[];
  /** Rank of the highest. */
  marking: number;
  countries: string[];
  datasetIds: string[];
  /** The earliest begin and the latest end of its records' valid times: no birthday, nothing that merely has a date. */
  firstSeen: string | null;
  lastSeen: string | null;
}

/** What of a record has a say in what its entity is called. */
export interface Naming {
  schema: string;
  caption: string;
  /** The properties that say the caption. */
  saying: readonly string[];
  /** Somebody whose notebook the reader sees holds the caption to be wrong. */
  refuted: boolean;
  revoked: boolean;
}

/**
 * The name of an entity, and all captions that may name it, most said first. `records` is not empty. What is refuted names
 * nothing, unless nothing else is left.
 */
export function nameOf(
  ontology: Ontology,
  records: readonly Naming[],
): { schema: string; caption: string; captions: string[] } {
  // What its source has revoked names an entity only when nothing else does.
  const current = records.some(({ revoked }) => !revoked)
    ? records.filter(({ revoked }) => !revoked)
    : records;
  // A record without a name is captioned by what else it says (a summary, say): that names nothing which others name.
  const isNamed = ({ schema, saying }: Naming) =>
    saying.some((property) => ontology.propertyType(schema, property) === 'name');
  const naming = current.some(isNamed) ? current.filter(isNamed) : current;
  const captions = mostSaid(naming.flatMap(({ refuted, caption }) => (refuted ? [] : caption)));
  return { schema: schemaOf(ontology, current), caption: captions[0] ?? current[0]!.caption, captions };
}

/** `records` is not empty. */
export function summarise(
  ontology: Ontology,
  records: readonly RecordNode[],
  refutations: readonly Refutation[] = [],
): Summary {
  const refuted = new Set(refutations.map(({ recordId, value }) => `${recordId} ${value}`));
  const stands = (record: RecordNode, value: string) => !refuted.has(`${record.id} ${value}`);
  const { schema, caption, captions } = nameOf(
    ontology,
    records.map((record) => ({
      schema: record.schema,
      caption: record.caption,
      saying: Object.keys(record.props).filter((key) => record.props[key]!.includes(record.caption)),
      refuted: !stands(record, record.caption),
      revoked: record.revoked,
    })),
  );
  const names = records.flatMap((record) =>
    Object.entries(record.props).flatMap(([property, values]) =>
      ontology.propertyType(record.schema, property) === 'name'
        ? [...new Set(values)].filter((value) => stands(record, value))
        : [],
    ),
  );
  const dates = (pick: (record: RecordNode) => string | null) =>
    records.flatMap((each) => pick(each) ?? []).sort();
  return {
    schema,
    caption,
    aliases: mostSaid([...captions, ...names]).filter((name) => name !== caption),
    marking: Math.max(...records.map(({ marking }) => marking)),
    countries: [...new Set(records.flatMap(({ countries }) => countries))].sort(),
    datasetIds: [...new Set(records.map(({ datasetId }) => datasetId))].sort(),
    firstSeen: dates(({ validFrom }) => validFrom)[0] ?? null,
    lastSeen: dates(({ validTo }) => validTo).at(-1) ?? null,
  };
}

function mostSaid(texts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([text]) => text);
}

/** The most specific schema that all agree with; where they do not go together, what most say. */
function schemaOf(ontology: Ontology, records: readonly Naming[]): string {
  let common: string | undefined = records[0]!.schema;
  for (const { schema } of records) common = common && ontology.commonSchema(common, schema);
  return common ?? mostSaid(records.map(({ schema }) => schema))[0]!;
}
