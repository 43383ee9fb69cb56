/** What STIX 2.1 demands of an object before it can be believed: its identity, its times, its references. */
import type { JsonObject } from './jsonLines.ts';
import { BigNumber, type Json } from './strictJson.ts';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const idShape = new RegExp(`^[a-z0-9](?:-?[a-z0-9]){0,249}--${uuid}$`);
const timeShape =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?Z$/;

/** Observables: their ids may be derived, and they carry no `created`. */
const observables = new Set(
  'artifact autonomous-system directory domain-name email-addr email-message file ipv4-addr ipv6-addr mac-addr mutex network-traffic process software url user-account windows-registry-key x509-certificate'.split(
    ' ',
  ),
);
/** Defined by the standard, not observables: they must say when they were created. */
const domainObjects = new Set(
  'attack-pattern campaign course-of-action grouping identity incident indicator infrastructure intrusion-set location malware malware-analysis note observed-data opinion report threat-actor tool vulnerability relationship sighting language-content'.split(
    ' ',
  ),
);
const required: Record<string, string[]> = {
  'attack-pattern': ['name'],
  campaign: ['name'],
  'course-of-action': ['name'],
  grouping: ['context', 'object_refs'],
  identity: ['name'],
  incident: ['name'],
  indicator: ['pattern', 'pattern_type', 'valid_from'],
  infrastructure: ['name'],
  'intrusion-set': ['name'],
  malware: ['is_family'],
  'malware-analysis': ['product'],
  note: ['content', 'object_refs'],
  'observed-data': ['first_observed', 'last_observed', 'number_observed'],
  opinion: ['opinion', 'object_refs'],
  report: ['name', 'published', 'object_refs'],
  'threat-actor': ['name'],
  tool: ['name'],
  vulnerability: ['name'],
  relationship: ['relationship_type', 'source_ref', 'target_ref'],
  sighting: ['sighting_of_ref'],
  'language-content': ['object_ref', 'contents'],
  artifact: [],
  'autonomous-system': ['number'],
  directory: ['path'],
  'domain-name': ['value'],
  'email-addr': ['value'],
  'email-message': ['is_multipart'],
  'ipv4-addr': ['value'],
  'ipv6-addr': ['value'],
  'mac-addr': ['value'],
  mutex: ['name'],
  'network-traffic': ['protocols'],
  software: ['name'],
  url: ['value'],
  'user-account': [],
  'extension-definition': ['created_by_ref', 'name', 'schema', 'version', 'extension_types'],
};
const times =
  'created modified valid_from valid_until first_seen last_seen first_observed last_observed published start_time stop_time submitted analysis_started analysis_ended'.split(
    ' ',
  );
const texts =
  'name description abstract content context pattern pattern_type relationship_type identity_class objective explanation opinion lang value product contact_information'.split(
    ' ',
  );
const lists =
  'labels aliases object_refs external_references object_marking_refs granular_markings kill_chain_phases indicator_types malware_types threat_actor_types tool_types report_types infrastructure_types sectors roles goals protocols'.split(
    ' ',
  );

/** The reason why the object is refused, or undefined. In STIX 2.0 (no `spec_version`) less is required. */
export function stixProblem(object: JsonObject): string | undefined {
  const { type, id, spec_version: version } = object;
  if (typeof type !== 'string') return '"type" is missing or no text';
  if (type.length > 250 || !/^[a-z0-9](?:-?[a-z0-9])*$/.test(type))
    return `"${type.slice(0, 60)}" is no STIX type`;
  if (typeof id !== 'string') return '"id" is missing or no text';
  if (!idShape.test(id)) return `the id ${JSON.stringify(id.slice(0, 100))} is not of the form type--UUID`;
  if (!id.startsWith(`${type}--`)) return `the id ${id.slice(0, 100)} belongs to another type than ${type}`;
  if (version !== undefined && version !== '2.1' && version !== '2.0') return 'its spec_version is not 2.1';
  for (const name of Object.keys(object)) {
    if (object[name] === null) return `"${name.slice(0, 60)}" is null`;
    if (!/^[a-zA-Z0-9_-]{1,250}$/.test(name)) return `"${name.slice(0, 60)}" is no property name`;
  }
  return (
    missing(object, type, version === '2.1') ??
    wrongTime(object) ??
    wrongKind(object) ??
    wrongReference(object, type, version === '2.1')
  );
}

function missing(object: JsonObject, type: string, strict: boolean): string | undefined {
  if (domainObjects.has(type)) {
    for (const name of ['created', 'modified']) if (object[name] === undefined) return `"${name}" is missing`;
  } else if (
    (type === 'marking-definition' || type === 'extension-definition') &&
    object.created === undefined
  ) {
    return '"created" is missing';
  }
  for (const name of strict || observables.has(type) || type === 'relationship'
    ? (required[type] ?? [])
    : []) {
    if (object[name] === undefined) return `"${name}" is missing`;
  }
  return undefined;
}

function wrongTime(object: JsonObject): string | undefined {
  for (const name of times) {
    const value = object[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || !timeShape.test(value)) return `"${name}" is no UTC time (…T…Z)`;
    const [year, month, day] = [+value.slice(0, 4), +value.slice(5, 7), +value.slice(8, 10)];
    if (day > new Date(Date.UTC(year, month, 0)).getUTCDate())
      return `"${name}" is a day that does not exist`;
  }
  const { created, modified } = object;
  // Not asked of relationships: ATT&CK itself publishes one that was modified before it was created.
  if (
    object.type !== 'relationship' &&
    typeof created === 'string' &&
    typeof modified === 'string' &&
    comparableTime(modified) < comparableTime(created)
  ) {
    return 'it was modified before it was created';
  }
  return undefined;
}

function wrongKind(object: JsonObject): string | undefined {
  for (const name of texts) {
    if (name === 'lang' && observables.has(object.type as string)) continue;
    if (object[name] !== undefined && typeof object[name] !== 'string') return `"${name}" is no text`;
  }
  for (const name of lists) {
    const value = object[name];
    if (value === undefined) continue;
    if (observables.has(object.type as string) && name === 'labels' && !Array.isArray(value)) continue;
    if (!Array.isArray(value) || value.length === 0) return `"${name}" is no list with something in it`;
  }
  if (domainObjects.has(object.type as string)) {
    for (const name of ['revoked', 'is_family']) {
      if (object[name] !== undefined && typeof object[name] !== 'boolean')
        return `"${name}" is neither true nor false`;
    }
  }
  const { confidence, number_observed: observed, external_references: references, extensions } = object;
  if (confidence !== undefined && !isWhole(confidence, 0, 100))
    return '"confidence" is no whole number from 0 to 100';
  if (observed !== undefined && !isWhole(observed, 1, 999_999_999))
    return '"number_observed" is no whole number from 1 to 999999999';
  for (const reference of Array.isArray(references) ? references : []) {
    if (!isObject(reference) || typeof reference.source_name !== 'string')
      return 'an external reference has no "source_name"';
  }
  if (extensions !== undefined) {
    if (!isObject(extensions)) return '"extensions" is no object';
    for (const key of Object.keys(extensions)) {
      const named =
        new RegExp(`^extension-definition--${uuid}$`).test(key) || /^[a-z0-9][a-z0-9-]*-ext$/.test(key);
      if (!named) return `"${key.slice(0, 80)}" is no extension`;
    }
  }
  return undefined;
}

function wrongReference(object: JsonObject, type: string, strict: boolean): string | undefined {
  for (const name of Object.keys(object)) {
    const value = object[name]!;
    // What others added may say "none" with an empty text, as ATT&CK does.
    if (name.startsWith('x_') && value === '') continue;
    if (name.endsWith('_ref') && (typeof value !== 'string' || (strict && !isReference(value))))
      return `"${name}" is no reference`;
    if (name.endsWith('_refs')) {
      const refs: Json[] = Array.isArray(value) ? value : [null];
      if (!refs.every((ref) => typeof ref === 'string' && (!strict || isReference(ref))))
        return `"${name}" is no list of references`;
    }
  }
  const { object_marking_refs: markings, created_by_ref: maker } = object;
  if (domainObjects.has(type) || type === 'marking-definition') {
    if (typeof maker === 'string' && domainObjects.has(type) && !maker.startsWith('identity--'))
      return '"created_by_ref" names no identity';
    for (const marking of Array.isArray(markings) ? markings : []) {
      if (strict && !(marking as string).startsWith('marking-definition--'))
        return '"object_marking_refs" names no marking';
    }
  }
  return undefined;
}

export const isReference = (text: string): boolean => idShape.test(text);

const isWhole = (value: Json, low: number, high: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;

export function isObject(value: Json | undefined): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof BigNumber)
  );
}

/** A STIX time with nine digits of a second, so that texts compare as times. */
export function comparableTime(time: string): string {
  const dot = time.indexOf('.');
  return dot < 0
    ? `${time.slice(0, -1)}.000000000Z`
    : `${time.slice(0, dot)}.${time
        .slice(dot + 1, -1)
        .padEnd(9, '0')
        .slice(0, 9)}Z`;
}
