import { entityFacts } from '../import/format/entityFacts.ts';
import { type Preparer, Unfit } from '../import/prepare.ts';
import type { LinkFact, Props, SourceRef } from '../import/source.ts';
import type { Ontology } from '../ontology/ontology.ts';
import { Dead, type IngestEvent, type RecordData, type RelationshipData } from './event.ts';

/** What one event does, as rows that the database takes. */
export interface Prepared {
  event: IngestEvent;
  dataset: string;
  /** Of the fact. */
  id: string;
  removes: boolean;
  /** In the text form of COPY. */
  record: string;
  links: string;
  recordCount: number;
  linkCount: number;
  /** Of the links that follow from the record's properties. */
  references: string[];
}

const SHOWN = 100;

/** By the rules of the tenant's ontology. Throws Dead. */
export function prepareEvent(event: IngestEvent, preparer: Preparer): Prepared {
  const { kind, data } = event;
  const base = {
    event,
    dataset: data.dataset,
    id: preparer.idOf(kind, data.key),
    record: '',
    links: '',
    recordCount: 0,
    linkCount: 0,
    references: [],
  };
  if (data.deleted) return { ...base, removes: true };
  const ref: SourceRef = { path: event.named };
  try {
    if (kind === 'record')
      return { ...base, removes: false, ...recordRows(data as RecordData, preparer, ref) };
    const row = preparer.link(linkOf(data as RelationshipData, preparer.ontology), ref);
    return { ...base, removes: false, links: row.line, linkCount: 1 };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    throw new Dead(
      error.code === 'MARKING_ABOVE_CLEARANCE' ? 'MARKING_ABOVE_CLEARANCE' : 'NOT_STORABLE',
      error.message,
    );
  }
}

function recordRows(data: RecordData, preparer: Preparer, ref: SourceRef) {
  const { ontology } = preparer;
  const schema = ontology.schema(data.schema);
  if (!schema) throw new Dead('UNKNOWN_SCHEMA', `there is no schema "${data.schema.slice(0, SHOWN)}"`);
  if (schema.edge)
    throw new Dead(
      'UNKNOWN_SCHEMA',
      `${schema.name} is a relationship; it comes as summit.ingest.relationship`,
    );
  const props = propertiesOf(data.properties, (property) => schema.allProperties.has(property), schema.name);
  const found = entityFacts(
    {
      id: data.key,
      schema: data.schema,
      props,
      ...(data.caption && { caption: data.caption }),
      ...beside(data),
    },
    ontology,
  );
  if ('code' in found) throw new Dead('INVALID_EVENT', found.reason);
  const rows = { record: '', links: '', recordCount: 0, linkCount: 0, references: [] as string[] };
  const seen = new Set<string>();
  for (const fact of found.facts) {
    if (fact.kind === 'record') {
      rows.record = preparer.record(fact, ref).line;
      rows.recordCount = 1;
      continue;
    }
    const { id, line } = preparer.link(fact, ref);
    if (seen.has(id)) continue;
    seen.add(id);
    rows.links += line;
    rows.linkCount++;
    rows.references.push(id);
  }
  return rows;
}

function linkOf(data: RelationshipData, ontology: Ontology): LinkFact {
  const schema = ontology.schema(data.type);
  if (schema && !schema.edge)
    throw new Dead('UNKNOWN_SCHEMA', `${schema.name} is no relationship; it comes as summit.ingest.record`);
  // A type that the ontology does not know is taken as it is said, as an import does: many sources have their own.
  const knows = schema
    ? (property: string) =>
        schema.allProperties.has(property) &&
        property !== schema.edge!.source &&
        property !== schema.edge!.target
    : () => true;
  const props = propertiesOf(data.properties, knows, data.type);
  const valid = data.validFrom || data.validTo ? {} : ontology.valid(data.type, props);
  return {
    kind: 'relationship',
    sourceKey: data.key,
    type: data.type,
    source: data.source,
    target: data.target,
    directed: data.directed ?? schema?.edge?.directed ?? true,
    props,
    ...valid,
    ...beside(data),
  };
}

const beside = ({ marking, validFrom, validTo }: RecordData | RelationshipData) => ({
  ...(marking && { marking }),
  ...(validFrom && { validFrom }),
  ...(validTo && { validTo }),
});

/** Values each once, white space alone being no value. Throws Dead for a property that the type does not have. */
function propertiesOf(
  said: Record<string, string | string[]>,
  knows: (property: string) => boolean,
  type: string,
): Props {
  const props: Props = Object.create(null);
  for (const [property, values] of Object.entries(said)) {
    if (!knows(property))
      throw new Dead('UNKNOWN_PROPERTY', `${type} has no property "${property.slice(0, SHOWN)}"`);
    const kept = [...new Set([values].flat())].filter((value) => /\S/.test(value));
    if (kept.length > 0) props[property] = kept;
  }
  return props;
}
