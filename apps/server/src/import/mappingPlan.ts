/** A mapping made ready for rows: columns by number, types looked up, entities in the order of their references. */
import { hash } from 'node:crypto';
import type { DateOrder } from '../ontology/dates.ts';
import type { Ontology } from '../ontology/ontology.ts';
import { type CleaningRules, cleanValue } from '../ontology/values.ts';
import { MARKINGS, type Marking } from '../tenant/marking.ts';
import type { Entity } from './entityFacts.ts';
import { type EndMapping, type FromColumn, invalid, type Mapping, type PropertyMapping } from './mapping.ts';
import type { Props, Warning } from './source.ts';

/** Cells by the number that `Columns` gave their name. A cell of a JSON file may hold several values. */
export type Cells = (string | string[] | undefined)[];

/** Names of columns and their numbers; grows when a later row has a new one. */
export class Columns {
  readonly names: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}

/** Makes entities of one row; undefined id: the row's key columns are empty. */
export interface Plan {
  map(cells: Cells, warnings: Warning[]): Entity[];
  /** The ids that `map` may give to entities of the row, without mapping it; row keys left out. */
  ids(cells: Cells): string[];
  /** The column of ids, when each row makes one entity whose id is simply that cell. */
  idColumn?: string;
  /** Whether some entity has no id in the file, so that the row's own text must serve. */
  needsRowKey: boolean;
}
/** Stands for "the row's own key" until the reader knows it. */
export const rowKeyMark = '\0row';

interface Context {
  ontology: Ontology;
  columns: Columns;
  exact: boolean;
  rules: CleaningRules;
  nothing: ReadonlySet<string>;
}
type Value = (cells: Cells) => string | undefined;
type MakeEntity = (cells: Cells, made: Map<string, Entity>, warnings: Warning[]) => Entity | undefined;

/** Throws MAPPING_INVALID when the mapping contradicts the ontology or itself. */
export function planMapping(mapping: Mapping, columns: Columns, ontology: Ontology): Plan {
  const context: Context = {
    ontology,
    columns,
    exact: mapping.values === 'exact',
    nothing: new Set(mapping.nothing ?? []),
    rules: {
      ...(mapping.dates && mapping.dates !== 'iso' && { dateOrder: mapping.dates satisfies DateOrder }),
      ...(mapping.decimal === 'comma' && { decimal: ',' as const }),
    },
  };
  let needsRowKey = false;
  const queries = mapping.queries.map((query) => {
    const passes = filters(query.filters, query.filters_not, context);
    const makers: [string, MakeEntity][] = [];
    const keys: Value[] = [];
    const entities = query.entities ?? {};
    for (const name of inOrder(entities)) {
      const entity = entities[name]!;
      const schema = fromColumn(entity.schema, context);
      if (typeof entity.schema === 'string' && ontology.schema(entity.schema) === undefined) {
        throw invalid(`${name}: there is no schema "${entity.schema}"`);
      }
      needsRowKey ||= !hasKey(entity);
      if (hasKey(entity)) keys.push(keyOf(entity, mapping.key_prefix, context));
      makers.push([name, keyedMaker(name, entity, schema, mapping.key_prefix, context, entities)]);
    }
    for (const [name, link] of Object.entries(query.links ?? {})) {
      const ends = [link.source, link.target].map((end) =>
        endOf(name, end, mapping.key_prefix, context, entities),
      );
      needsRowKey ||= !hasKey(link);
      if (hasKey(link)) keys.push(keyOf(link, mapping.key_prefix, context));
      const make = keyedMaker(
        name,
        link,
        fromColumn(link.type, context),
        mapping.key_prefix,
        context,
        entities,
      );
      const directed = link.directed ?? true;
      makers.push([
        `link ${name}`,
        (cells, made, warnings) => {
          const entity = make(cells, made, warnings);
          const [source, target] = [ends[0]!(cells, made), ends[1]!(cells, made)];
          if (entity === undefined) return undefined;
          if (source === undefined || target === undefined) {
            warnings.push({
              code: 'END_MISSING',
              detail: `${entity.schema} has no ${source === undefined ? 'source' : 'target'}`,
            });
            return undefined;
          }
          entity.link = { source, target, directed };
          return entity;
        },
      ]);
    }
    if (makers.length === 0) throw invalid('a query has neither "entities" nor "links"');
    return { passes, makers, keys };
  });

  const idColumn = soleIdColumn(mapping);
  return {
    ...(idColumn !== undefined && { idColumn }),
    needsRowKey,
    ids: (cells) => {
      const ids: string[] = [];
      for (const { passes, keys } of queries) {
        if (passes !== undefined && !passes(cells)) continue;
        for (const key of keys) {
          const id = key(cells);
          if (id !== undefined) ids.push(id);
        }
      }
      return ids;
    },
    map: (cells, warnings) => {
      const all: Entity[] = [];
      for (const { passes, makers } of queries) {
        if (passes !== undefined && !passes(cells)) continue;
        const made = new Map<string, Entity>();
        for (const [name, make] of makers) {
          const entity = make(cells, made, warnings);
          if (entity === undefined) continue;
          made.set(name, entity);
          all.push(entity);
        }
      }
      return all;
    },
  };
}

function soleIdColumn({ queries }: Mapping): string | undefined {
  const [query, ...others] = queries;
  if (others.length > 0 || query!.filters || query!.filters_not) return undefined;
  const makers = [...Object.values(query!.entities ?? {}), ...Object.values(query!.links ?? {})];
  return makers.length === 1 ? makers[0]!.id_column : undefined;
}

interface Keyed {
  key?: string[] | undefined;
  keys?: string[] | undefined;
  key_literal?: string | undefined;
  id_column?: string | undefined;
}
const hasKey = (of: Keyed) => of.id_column !== undefined || (of.key ?? of.keys ?? []).length > 0;

function keyedMaker(
  name: string,
  of: Keyed & {
    properties?: Record<string, PropertyMapping> | undefined;
    rest?: 'keep' | 'drop' | undefined;
    valid_from?: string | undefined;
    valid_to?: string | undefined;
    valid_format?: string | undefined;
    marking?: FromColumn | undefined;
  },
  schemaOf: Value,
  prefix: string | undefined,
  context: Context,
  entities: Record<string, unknown>,
): MakeEntity {
  const { columns, ontology } = context;
  if (of.id_column !== undefined && (of.key ?? of.keys) !== undefined) {
    throw invalid(`${name}: give "key" or "id_column", not both`);
  }
  const idOf = hasKey(of) ? keyOf(of, prefix, context) : () => rowKeyMark;
  const properties = Object.entries(of.properties ?? {}).map(([property, mapping]) => {
    if (mapping.entity !== undefined && !(mapping.entity in entities)) {
      throw invalid(`${name}.${property}: there is no entity "${mapping.entity}"`);
    }
    return propertyMaker(property, mapping, context);
  });
  const from = of.valid_from === undefined ? undefined : columns.number(of.valid_from);
  const to = of.valid_to === undefined ? undefined : columns.number(of.valid_to);
  const validRules =
    of.valid_format === undefined ? context.rules : { ...context.rules, dateFormat: of.valid_format };
  const markingOf = of.marking === undefined ? undefined : fromColumn(of.marking, context);
  const used = of.rest === 'keep' ? usedColumns(of, context) : undefined;

  return (cells, made, warnings) => {
    const id = idOf(cells);
    const schema = schemaOf(cells);
    if (id === undefined || schema === undefined) return undefined;
    const props: Props = {};
    const entity: Entity = { id, schema, props };
    for (const property of properties) if (!property(entity, cells, made, warnings)) return undefined;
    if (used !== undefined) {
      for (let at = 0; at < cells.length; at++) {
        const cell = cells[at];
        if (cell === undefined || used.has(at)) continue;
        const property = columns.names[at]!;
        const type = ontology.propertyType(schema, property);
        if (typeof cell === 'string') addValue(props, property, type, cell, context, context.rules, warnings);
        else
          for (const value of cell) addValue(props, property, type, value, context, context.rules, warnings);
      }
    }
    const validFrom = from === undefined ? undefined : date(cells[from], context, validRules);
    const validTo = to === undefined ? undefined : date(cells[to], context, validRules);
    if (validFrom !== undefined) entity.validFrom = validFrom;
    if (validTo !== undefined) entity.validTo = validTo;
    const marking = markingOf?.(cells);
    if (marking !== undefined) {
      const known = markingNamed(marking);
      if (known !== undefined) entity.marking = known;
      else warnings.push({ code: 'UNKNOWN_MARKING', detail: marking.slice(0, 60) });
    }
    return entity;
  };
}

/** FollowTheMoney's own: SHA-1 over prefix, literal and the sorted, trimmed, non-empty key values. */
function keyOf(of: Keyed, prefix: string | undefined, context: Context): Value {
  if (of.id_column !== undefined) {
    const column = context.columns.number(of.id_column);
    return (cells) => trimmed(first(cells[column]), context);
  }
  const keys = (of.key ?? of.keys ?? []).map((key) => context.columns.number(key));
  const seed = `${prefix ?? ''}${of.key_literal ?? ''}`;
  return (cells) => {
    const values: string[] = [];
    for (const key of keys) {
      const value = trimmed(first(cells[key]), context);
      if (value !== undefined) values.push(value);
    }
    // By code points, as Python compares the UTF-8 of them.
    return values.length === 0 ? undefined : hash('sha1', seed + values.sort(byCodePoint).join(''), 'hex');
  };
}

function byCodePoint(left: string, right: string): number {
  return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function endOf(
  name: string,
  end: EndMapping,
  prefix: string | undefined,
  context: Context,
  entities: Record<string, unknown>,
): (cells: Cells, made: Map<string, Entity>) => string | undefined {
  if (end.entity !== undefined) {
    const wanted = end.entity;
    if (!(wanted in entities)) throw invalid(`${name}: there is no entity "${wanted}"`);
    return (_cells, made) => made.get(wanted)?.id;
  }
  if (end.column === undefined && !hasKey(end))
    throw invalid(`${name}: an end needs "column", "entity" or "key"`);
  return keyOf(end.column === undefined ? end : { id_column: end.column }, prefix, context);
}

type MakeProperty = (entity: Entity, cells: Cells, made: Map<string, Entity>, warnings: Warning[]) => boolean;

function propertyMaker(property: string, mapping: PropertyMapping, context: Context): MakeProperty {
  const { columns, ontology } = context;
  const missing = (props: Props) => !(mapping.required && !Object.hasOwn(props, property));
  if (mapping.entity !== undefined) {
    const wanted = mapping.entity;
    return (entity, _cells, made) => {
      const end = made.get(wanted);
      if (end !== undefined) {
        put(entity.props, property, end.id);
        inlineNames(entity, end, ontology);
      }
      return missing(entity.props);
    };
  }
  const refs = [...(mapping.column ?? []), ...(mapping.columns ?? [])].map((name) => columns.number(name));
  const literals = [...(mapping.literal ?? []), ...(mapping.literals ?? [])];
  const template = mapping.template === undefined ? undefined : readTemplate(mapping.template, columns);
  const rules =
    mapping.format === undefined ? context.rules : { ...context.rules, dateFormat: mapping.format };
  const simple =
    template === undefined &&
    literals.length === 0 &&
    mapping.join === undefined &&
    mapping.split === undefined;

  return (entity, cells, _made, warnings) => {
    const type = ontology.propertyType(entity.schema, property);
    if (simple) {
      for (const ref of refs) {
        const cell = cells[ref];
        if (typeof cell === 'string') addValue(entity.props, property, type, cell, context, rules, warnings);
        else if (cell !== undefined) {
          for (const value of cell) addValue(entity.props, property, type, value, context, rules, warnings);
        }
      }
      return missing(entity.props);
    }
    let values =
      template === undefined ? [...literals, ...refs.flatMap((ref) => cells[ref] ?? [])] : [template(cells)];
    if (mapping.join !== undefined) values = [values.join(mapping.join)];
    if (mapping.split !== undefined) values = values.flatMap((value) => value.split(mapping.split!));
    for (const value of values) addValue(entity.props, property, type, value, context, rules, warnings);
    return missing(entity.props);
  };
}

function readTemplate(template: string, columns: Columns): (cells: Cells) => string {
  const parts = template.split(/\{\{([^(}})]*)\}\}/);
  const refs = parts.map((part, at) => (at % 2 === 1 ? columns.number(part) : -1));
  return (cells) =>
    parts
      .map((part, at) => (at % 2 === 1 ? (first(cells[refs[at]!]) ?? '') : part))
      .join('')
      .trim();
}

/** So that a payment is found by the names of its parties, as FollowTheMoney does it. */
function inlineNames(entity: Entity, end: Entity, ontology: Ontology): void {
  if (!ontology.schema(entity.schema)?.allProperties.has('namesMentioned')) return;
  for (const [name, values] of Object.entries(end.props)) {
    if (ontology.propertyType(end.schema, name) !== 'name') continue;
    for (const value of values) put(entity.props, 'namesMentioned', value);
  }
}

function addValue(
  props: Props,
  property: string,
  type: ReturnType<Ontology['propertyType']>,
  raw: string,
  context: Context,
  rules: CleaningRules,
  warnings: Warning[],
): void {
  if (isNothing(raw, context)) return;
  if (context.exact && (type === 'text' || type === 'string' || type === 'name' || type === 'identifier')) {
    put(props, property, raw);
    return;
  }
  const clean = cleanValue(type, type === 'address' && !context.exact ? oneLine(raw) : raw, rules);
  if (clean === undefined) {
    if (context.exact) put(props, property, raw); // only white space, but said
    return;
  }
  if (!clean.understood) {
    warnings.push({ code: 'VALUE_NOT_UNDERSTOOD', detail: `${property} (${type}): ${raw.slice(0, 60)}` });
  }
  put(props, property, context.exact && !clean.understood ? raw : clean.value);
}

/** An address as FollowTheMoney cleans it. */
function oneLine(address: string): string {
  return address
    .replace(/\r\n|\n|<BR\/>|<BR>|\t|ESQ\.,|ESQ,|;/g, ', ')
    .replace(/,\s?[,.]/g, ', ')
    .replace(/\s+/g, ' ')
    .trim();
}

function put(props: Props, property: string, value: string): void {
  if (property === '__proto__') {
    const have = Object.hasOwn(props, property) ? props[property]! : [];
    const value_ = have.includes(value) ? have : [...have, value];
    Object.defineProperty(props, property, {
      value: value_,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return;
  }
  const have = Object.hasOwn(props, property) ? props[property] : undefined;
  if (have === undefined) props[property] = [value];
  else if (!have.includes(value)) have.push(value);
}

function date(cell: Cells[number], context: Context, rules: CleaningRules): string | undefined {
  const text = first(cell);
  if (text === undefined || isNothing(text, context)) return undefined;
  const clean = cleanValue('date', text, rules);
  return clean?.understood ? clean.value : undefined;
}

function fromColumn(of: FromColumn, context: Context): Value {
  if (typeof of === 'string') return () => of;
  const column = context.columns.number(of.column);
  const words = new Map(Object.entries(of.map ?? {}).map(([from, to]) => [from.toLowerCase(), to]));
  return (cells) => {
    const cell = trimmed(first(cells[column]), context);
    if (cell === undefined) return of.otherwise;
    return words.size === 0 ? cell : (words.get(cell.toLowerCase()) ?? cell);
  };
}

type Filters = Record<string, string[] | null> | undefined;
function filters(
  wanted: Filters,
  unwanted: Filters,
  { columns }: Context,
): ((cells: Cells) => boolean) | undefined {
  const read = (of: Filters) =>
    Object.entries(of ?? {}).map(([name, values]) => ({
      column: columns.number(name),
      values: new Set(values ?? ['']),
    }));
  const [want, refuse] = [read(wanted), read(unwanted)];
  if (want.length + refuse.length === 0) return undefined;
  const has = (cells: Cells, { column, values }: { column: number; values: Set<string> }) =>
    values.has(first(cells[column]) ?? '');
  return (cells) => want.every((each) => has(cells, each)) && !refuse.some((each) => has(cells, each));
}

/** Entities in an order in which references point backwards. */
function inOrder(
  entities: Record<string, { properties?: Record<string, PropertyMapping> | undefined }>,
): string[] {
  const ordered: string[] = [];
  const waiting = new Map(
    Object.entries(entities).map(([name, { properties }]) => [
      name,
      Object.values(properties ?? {}).flatMap(({ entity }) =>
        entity !== undefined && entity in entities ? [entity] : [],
      ),
    ]),
  );
  while (waiting.size > 0) {
    const next = [...waiting].find(([, needs]) => needs.every((need) => ordered.includes(need)));
    if (next === undefined)
      throw invalid(`the entities ${[...waiting.keys()].join(', ')} refer to each other in a circle`);
    ordered.push(next[0]);
    waiting.delete(next[0]);
  }
  return ordered;
}

/** Columns that a mapping with `rest: keep` uses already. */
function usedColumns(of: object, { columns }: Context): Set<number> {
  const used = new Set<number>();
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (['column', 'columns', 'id_column', 'key', 'keys'].includes(key)) used.add(columns.number(value));
      for (const [, name] of key === 'template' ? value.matchAll(/\{\{([^(}})]*)\}\}/g) : [])
        used.add(columns.number(name!));
    } else if (Array.isArray(value)) for (const item of value) walk(item, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) walk(inner, name);
  };
  walk(of, '');
  return used;
}

const first = (cell: Cells[number]): string | undefined => (typeof cell === 'object' ? cell[0] : cell);

const isNothing = (text: string, { nothing }: Context) =>
  text === '' || (nothing.size > 0 && nothing.has(text.trim()));

function trimmed(text: string | undefined, context: Context): string | undefined {
  const value = text?.trim();
  return value === undefined || value === '' || context.nothing.has(value) ? undefined : value;
}

function markingNamed(text: string): Marking | undefined {
  const wanted = text
    .trim()
    .toUpperCase()
    .replace(/^(?!TLP:)/, 'TLP:')
    .replace('TLP:WHITE', 'TLP:CLEAR');
  return MARKINGS.find((marking) => marking === wanted);
}
