/** What facts a STIX object is: a relationship, or a record with the references that its properties make. */
import type { Ontology } from '../../ontology/ontology.ts';
import { MARKINGS, type Marking } from '../../tenant/marking.ts';
import { isBlank } from '../distinct.ts';
import type { Fact, Props, ToldMarking } from '../source.ts';
import type { JsonObject } from './jsonLines.ts';
import { comparableTime, isObject, isReference } from './stixRules.ts';
import { BigNumber, type Json } from './strictJson.ts';

/** The traffic light markings that the standard defines, 1.0 and 2.0. */
const standardMarkings: Record<string, Marking> = {
  '613f2e26-407d-48c7-9eca-b8e91df99dc9': 'TLP:CLEAR',
  '34098fce-860f-48ae-8e50-ebd3cc5e41da': 'TLP:GREEN',
  'f88d31f6-486f-44da-b317-01333bde0b82': 'TLP:AMBER',
  '5e57c739-391a-4eb3-b6be-7d15ca92d5ed': 'TLP:RED',
  '94868c89-83c2-464b-929b-a1a8aa3c8487': 'TLP:CLEAR',
  'bab4a63c-aed9-4cf5-a766-dfca5abac2bb': 'TLP:GREEN',
  '55d920b0-5e8b-4f79-9ee9-91f868d9b421': 'TLP:AMBER',
  '939a9414-2ddd-4d32-a0cd-375ea402b003': 'TLP:AMBER+STRICT',
  'e828b379-4e03-4974-9ac4-e53a884c97c1': 'TLP:RED',
};

/** TLP of marking definitions by id: the standard's and those that the bundle defines itself. */
export class Markings {
  readonly #known = new Map(
    Object.entries(standardMarkings).map(([id, tlp]) => [`marking-definition--${id}`, tlp]),
  );

  /** Those that say something else than a TLP too: a statement of rights hides nothing. */
  readonly #defined = new Set(this.#known.keys());

  /** Learns what a marking definition means. */
  learn(object: JsonObject): void {
    if (typeof object.id !== 'string' || this.#known.has(object.id)) return;
    this.#defined.add(object.id);
    const { definition, extensions, name } = object;
    const said = [
      isObject(definition) ? definition.tlp : undefined,
      ...(isObject(extensions)
        ? Object.values(extensions).map((each) => (isObject(each) ? each.tlp_2_0 : undefined))
        : []),
      typeof name === 'string' && /^TLP[:\s]/i.test(name) ? name.slice(4) : undefined,
    ].find((text) => typeof text === 'string') as string | undefined;
    const tlp =
      said === undefined
        ? undefined
        : MARKINGS.find((each) => each === `TLP:${said.trim().toUpperCase().replace('WHITE', 'CLEAR')}`);
    if (tlp !== undefined) this.#known.set(object.id, tlp);
  }

  /** The strictest marking on an object; a part's marking holds for the whole, so that no part is shown too widely. */
  of(object: JsonObject): Marking | undefined {
    let rank = -1;
    for (const ref of refsOf(object)) {
      const tlp = typeof ref === 'string' ? this.#known.get(ref) : undefined;
      if (tlp !== undefined) rank = Math.max(rank, MARKINGS.indexOf(tlp));
    }
    return rank < 0 ? undefined : MARKINGS[rank];
  }

  /** The same of an object that breaks the rules; undefined when what it says of its marking cannot be understood. */
  told(object: JsonObject): ToldMarking | undefined {
    const { object_marking_refs: whole, granular_markings: parts } = object;
    const isUnderstood =
      [whole, parts].every((list) => list === undefined || Array.isArray(list)) &&
      (Array.isArray(parts) ? parts : []).every(isObject) &&
      refsOf(object).every((ref) => typeof ref === 'string' && this.#defined.has(ref));
    return isUnderstood ? (this.of(object) ?? 'usual') : undefined;
  }
}

function refsOf(object: JsonObject): Json[] {
  const refs: Json[] = Array.isArray(object.object_marking_refs) ? [...object.object_marking_refs] : [];
  for (const part of Array.isArray(object.granular_markings) ? object.granular_markings : []) {
    if (isObject(part) && part.marking_ref !== undefined) refs.push(part.marking_ref);
  }
  return refs;
}

/** Version of an object as comparable text. Observables have none. */
export function stixVersion(object: JsonObject): string | undefined {
  const time = object.modified ?? object.created;
  return typeof time === 'string' ? comparableTime(time) : undefined;
}

export function stixFacts(object: JsonObject, markings: Markings, ontology: Ontology): Fact[] {
  const id = object.id as string;
  const type = object.type as string;
  const isLink = type === 'relationship';
  const marking = markings.of(object);
  const version = stixVersion(object);
  const props = flatProps(object, isLink);
  const base = {
    props,
    ...(marking && { marking }),
    ...(version && { version }),
    ...((object.revoked === true || object.x_mitre_deprecated === true) && { hidden: true as const }),
  };
  if (isLink) {
    return [
      {
        kind: 'relationship',
        sourceKey: id,
        type: object.relationship_type as string,
        source: object.source_ref as string,
        target: object.target_ref as string,
        directed: true,
        ...base,
        ...(typeof object.start_time === 'string' && { validFrom: object.start_time }),
        ...(typeof object.stop_time === 'string' && { validTo: object.stop_time }),
      },
    ];
  }
  const facts: Fact[] = [
    {
      kind: 'record',
      sourceKey: id,
      schema: type,
      caption: caption(object, props, ontology),
      ...base,
      ...ontology.valid(type, props),
    },
  ];
  // Two elements of one list may refer to the same object: that is two references, told apart by a number.
  const times = new Map<string, number>();
  references(object, '', (path, target) => {
    const key = `${id}\0${path}\0${target}`;
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    const sourceKey = time === 1 ? key : `${key}\0${time}`;
    facts.push({
      kind: 'reference',
      sourceKey,
      type: `${type}:${path}`,
      source: id,
      target,
      directed: true,
      props: {},
      ...(marking && { marking }),
      ...(version && { version }),
    });
  });
  return facts;
}

function caption(object: JsonObject, props: Props, ontology: Ontology): string {
  const type = object.type as string;
  const text = ontology.caption(type, props, '');
  if (text !== '') return text.length > 200 ? `${text.slice(0, 199)}…` : text;
  const kind = ontology.label(type);
  return typeof object.sighting_of_ref === 'string'
    ? `${kind} of ${object.sighting_of_ref}`
    : `${kind} ${(object.id as string).slice(-12)}`;
}

/** Provenance and marking, never links. */
const notLinks = new Set([
  'created_by_ref',
  'x_mitre_modified_by_ref',
  'object_marking_refs',
  'granular_markings',
]);

/** Calls `found` for each `*_ref` and `*_refs`, nested ones too; one to a relationship stays a property only. */
function references(value: JsonObject, prefix: string, found: (path: string, target: string) => void): void {
  for (const key of Object.keys(value)) {
    if (notLinks.has(key)) continue;
    const inner = value[key]!;
    const path = prefix + key;
    for (const item of Array.isArray(inner) ? inner : [inner]) {
      if (isObject(item)) references(item, `${path}.`, found);
      else if (typeof item === 'string' && (key.endsWith('_ref') || key.endsWith('_refs'))) {
        // An empty text is a reference that leads nowhere; it is counted as unresolved, not dropped.
        if ((item === '' || isReference(item)) && !item.startsWith('relationship--')) found(path, item);
      }
    }
  }
}

const structural = new Set(['id', 'type', 'spec_version']);
const ends = new Set(['source_ref', 'target_ref', 'relationship_type']);

/**
 * Properties as texts: an object of scalars becomes `hashes.MD5`, anything deeper one JSON text a value, so that what
 * belongs together stays together. Ids in `external_references` are also given as `external_id`.
 */
function flatProps(object: JsonObject, isLink: boolean): Props {
  const props: Props = {};
  for (const key of Object.keys(object)) {
    if (structural.has(key) || (isLink && ends.has(key)) || key === '__proto__') continue;
    const value = object[key]!;
    if (isObject(value) && Object.values(value).every((each) => !isObject(each) && !Array.isArray(each))) {
      for (const inner of Object.keys(value))
        if (!isNothing(value[inner]!)) props[`${key}.${inner}`] = [text(value[inner]!)];
      continue;
    }
    const values = (Array.isArray(value) ? value : [value]).filter((item) => !isNothing(item)).map(text);
    if (values.length > 0) props[key] = values.length === 1 ? values : [...new Set(values)];
  }
  if (Array.isArray(object.external_references)) {
    const ids = object.external_references.flatMap((each) =>
      isObject(each) && typeof each.external_id === 'string' ? [each.external_id] : [],
    );
    if (ids.length > 0) props.external_id = [...new Set(ids)];
  }
  return props;
}

const isNothing = (value: Json): boolean => value === null || (typeof value === 'string' && isBlank(value));

function text(value: Json): string {
  if (typeof value === 'string') return value;
  if (value instanceof BigNumber) return value.text;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
