/**
 * What kinds of things and links there are, and what type each of their properties has. An ontology is data: the
 * default is FollowTheMoney's with STIX 2.1 and a few types of ours beside it; `extend` adds a tenant's own.
 */
import { ftmSchemata } from './ftmModel.ts';
import { summitSchemata } from './ownSchemata.ts';
import { stixSchemata } from './stixSchemata.ts';

export const propertyTypes = [
  'address',
  'checksum',
  'country',
  'date',
  'email',
  'entity',
  'gender',
  'geo',
  'html',
  'identifier',
  'ip',
  'json',
  'language',
  'mimetype',
  'name',
  'number',
  'phone',
  'string',
  'text',
  'topic',
  'url',
] as const;
export type PropertyType = (typeof propertyTypes)[number];

export interface PropertyDefinition {
  label: string;
  type: PropertyType;
  /** For `entity`: the schema that the other end must be. */
  range?: string;
  description?: string;
  hidden?: boolean;
  /** Values are only ever derived from the other end; they are not stored. */
  stub?: boolean;
}
export interface EdgeDefinition {
  source: string;
  target: string;
  directed: boolean;
  label: string;
  caption?: string[];
}
/** The shapes that charts know; `other` draws as a plain circle. */
export const iconKinds = [
  'person',
  'company',
  'address',
  'event',
  'account',
  'phone',
  'email',
  'vehicle',
  'document',
  'wallet',
  'vessel',
  'device',
  'other',
] as const;
export type IconKind = (typeof iconKinds)[number];

export interface SchemaDefinition {
  name: string;
  label: string;
  plural: string;
  origin: 'followthemoney' | 'stix' | 'summit' | 'tenant';
  description?: string;
  extends?: string[];
  /** Properties that may name the thing, best first; without it the first parent that has one decides. */
  caption?: string[];
  featured?: string[];
  edge?: EdgeDefinition;
  properties: Record<string, PropertyDefinition>;
  temporal?: { start: string[]; end: string[] };
  icon?: IconKind;
  abstract?: boolean;
}

/** A schema with everything it inherits. */
export interface Schema extends SchemaDefinition {
  /** Itself and all its ancestors, nearest first. */
  lineage: readonly string[];
  caption: string[];
  featured: string[];
  icon: IconKind;
  /** Own and inherited. */
  allProperties: ReadonlyMap<string, PropertyDefinition & { declaredBy: string }>;
  /** Entity-typed properties that are no edge's end and no stub. */
  references: readonly string[];
}

export interface Ontology {
  schema(name: string): Schema | undefined;
  schemata(): readonly Schema[];
  isA(name: string, ancestor: string): boolean;
  isEdge(name: string): boolean;
  /** Type of a property; an unknown one gets the type that another schema gives the name, else `text`. */
  propertyType(schema: string, property: string): PropertyType;
  propertyLabel(schema: string, property: string): string;
  label(schema: string): string;
  plural(schema: string): string;
  icon(schema: string): IconKind;
  /** The first value of the first caption property that has one, else a name-like property, else `fallback`. */
  caption(schema: string, props: Record<string, string[]>, fallback?: string): string;
  /** When it was true, from the schema's temporal properties: the earliest start and the latest end, or one moment. */
  valid(schema: string, props: Record<string, string[]>): { validFrom?: string; validTo?: string };
  /** The more specific of two schemata, or undefined when neither inherits from the other. */
  commonSchema(left: string, right: string): string | undefined;
  /** The same with a tenant's own types added; a name that exists already is replaced. */
  extend(schemata: SchemaDefinition[]): Ontology;
}

/** Temporal properties that say when something happened, not when it began. */
const POINTS: ReadonlySet<string> = new Set(['date', 'authoredAt', 'publishedAt', 'published']);
const nameLike = ['name', 'title', 'label', 'value', 'full', 'caption', 'summary'];

function buildOntology(definitions: SchemaDefinition[]): Ontology {
  const defined = new Map(definitions.map((definition) => [definition.name, definition]));
  const resolved = new Map<string, Schema>();
  for (const name of defined.keys()) resolve(name, defined, resolved);

  // What a name means in the first schema that knows it, it means in unknown schemata too (`birthDate` is a date).
  const typesByName = new Map<string, PropertyType>();
  for (const schema of resolved.values()) {
    for (const [name, property] of Object.entries(schema.properties)) {
      if (!typesByName.has(name)) typesByName.set(name, property.type);
    }
  }

  const ontology: Ontology = {
    schema: (name) => resolved.get(name),
    schemata: () => [...resolved.values()],
    isA: (name, ancestor) => name === ancestor || (resolved.get(name)?.lineage.includes(ancestor) ?? false),
    isEdge: (name) => resolved.get(name)?.edge !== undefined,
    propertyType: (schema, property) =>
      resolved.get(schema)?.allProperties.get(property)?.type ?? typesByName.get(property) ?? 'text',
    propertyLabel: (schema, property) =>
      resolved.get(schema)?.allProperties.get(property)?.label ?? readable(property),
    label: (schema) => resolved.get(schema)?.label ?? readable(schema),
    plural: (schema) => resolved.get(schema)?.plural ?? readable(schema),
    icon: (schema) => resolved.get(schema)?.icon ?? 'other',
    caption: (schema, props, fallback) => {
      for (const property of resolved.get(schema)?.caption ?? nameLike) {
        const value = props[property]?.[0];
        if (value) return value;
      }
      for (const property of nameLike) {
        const value = props[property]?.[0];
        if (value) return value;
      }
      return fallback ?? ontology.label(schema);
    },
    valid: (schema, props) => {
      const temporal = resolved.get(schema)?.temporal;
      if (temporal === undefined) return {};
      let from: string | undefined;
      for (const property of temporal.start) {
        for (const value of props[property] ?? []) if (from === undefined || value < from) from = value;
      }
      let to: string | undefined;
      for (const property of temporal.end) {
        for (const value of props[property] ?? []) if (to === undefined || value > to) to = value;
      }
      // What happened on a day did not go on after it: without a begin or an end of its own it is that moment.
      if (to === undefined && !temporal.start.some((name) => !POINTS.has(name) && props[name]?.length)) {
        for (const property of temporal.start) {
          for (const value of props[property] ?? []) if (to === undefined || value > to) to = value;
        }
      }
      return { ...(from !== undefined && { validFrom: from }), ...(to !== undefined && { validTo: to }) };
    },
    commonSchema: (left, right) => {
      if (ontology.isA(left, right)) return left;
      return ontology.isA(right, left) ? right : undefined;
    },
    extend: (more) => buildOntology([...definitions, ...more]),
  };
  return ontology;
}

function resolve(name: string, defined: Map<string, SchemaDefinition>, into: Map<string, Schema>): Schema {
  const done = into.get(name);
  if (done !== undefined) return done;
  const definition = defined.get(name)!;
  defined = new Map(defined);
  defined.delete(name); // a schema that inherits from itself loses that parent instead of looping
  const parents = (definition.extends ?? [])
    .filter((parent) => defined.has(parent) || into.has(parent))
    .map((parent) => resolve(parent, defined, into));
  const inherited = <T>(pick: (schema: Schema) => T | undefined): T | undefined => {
    for (const parent of parents) {
      const value = pick(parent);
      if (value !== undefined) return value;
    }
    return undefined;
  };

  const allProperties = new Map<string, PropertyDefinition & { declaredBy: string }>();
  for (const parent of parents)
    for (const [key, property] of parent.allProperties) allProperties.set(key, property);
  for (const [key, property] of Object.entries(definition.properties))
    allProperties.set(key, { ...property, declaredBy: name });
  const edge = definition.edge ?? inherited((parent) => parent.edge);
  const temporal = definition.temporal ?? inherited((parent) => parent.temporal);
  const schema: Schema = {
    ...definition,
    lineage: [...new Set([name, ...parents.flatMap((parent) => parent.lineage)])],
    caption: captionOf(definition, inherited, allProperties),
    featured: nonEmpty(definition.featured) ?? inherited((parent) => nonEmpty(parent.featured)) ?? [],
    icon:
      definition.icon ??
      inherited((parent) => (parent.icon === 'other' ? undefined : parent.icon)) ??
      'other',
    ...(edge && { edge }),
    ...(temporal && { temporal }),
    allProperties,
    references: [...allProperties]
      .filter(
        ([key, { type, stub }]) => type === 'entity' && !stub && key !== edge?.source && key !== edge?.target,
      )
      .map(([key]) => key),
  };
  into.set(name, schema);
  return schema;
}

/** A thing that has a name is called by it, even where the model would rather use a city or a file name. */
function captionOf(
  definition: SchemaDefinition,
  inherited: (pick: (schema: Schema) => string[] | undefined) => string[] | undefined,
  properties: ReadonlyMap<string, PropertyDefinition>,
): string[] {
  const own = nonEmpty(definition.caption) ?? inherited((parent) => nonEmpty(parent.caption)) ?? [];
  return own.includes('name') || !properties.has('name') ? own : ['name', ...own];
}

const nonEmpty = (list: string[] | undefined) => (list && list.length > 0 ? list : undefined);

/** `first_seen` and `firstSeen` as "First seen". */
function readable(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_\-.:]+/g, ' ')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The ontology of a tenant without types of its own. */
export const ontology = buildOntology([...ftmSchemata(), ...stixSchemata, ...summitSchemata]);
