/** A mapping made ready for rows: columns by number, types looked up, entities in the order of their references. */
import { hash } from 'node:crypto';
import type { DateOrder } from '../../ontology/dates.ts';
import type { Ontology } from '../../ontology/ontology.ts';
import { MARKINGS, type Marking } from '../../tenant/marking.ts';
import type { Entity } from '../format/entityFacts.ts';
import type { Props, Warning } from '../source.ts';
import { type EndMapping, type FromColumn, invalid, type Mapping, type PropertyMapping } from './mapping.ts';
import {
  type Cells,
  type Columns,
  type Context,
  first,
  fromColumn,
  trimmed,
  type Value,
} from './mappingCells.ts';
import { addValue, date, propertyMaker } from './mappingProperties.ts';

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
  const ordered = new Set<string>();
  const needsOf = (name: string): string[] =>
    Object.values(entities[name]!.properties ?? {}).flatMap(({ entity }) =>
      entity !== undefined && Object.hasOwn(entities, entity) ? [entity] : [],
    );
  for (const name of Object.keys(entities)) {
    // Each waits, once, below what it needs. A loop, as a chain may be longer than the stack is deep.
    const path: { name: string; needs: string[] }[] = [{ name, needs: needsOf(name) }];
    const onPath = new Set([name]);
    while (path.length > 0) {
      const { name: here, needs } = path.at(-1)!;
      const need = ordered.has(here) ? undefined : needs.pop();
      if (need === undefined) {
        ordered.add(here);
        onPath.delete(here);
        path.pop();
      } else if (onPath.has(need)) {
        throw invalid(`the entities ${[...onPath].slice(0, 10).join(', ')} refer to each other in a circle`);
      } else if (!ordered.has(need)) {
        path.push({ name: need, needs: needsOf(need) });
        onPath.add(need);
      }
    }
  }
  return [...ordered];
}

/** Columns that a mapping with `rest: keep` uses already. */
function usedColumns(of: object, { columns }: Context): Set<number> {
  const used = new Set<number>();
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (['column', 'columns', 'id_column', 'key', 'keys'].includes(key)) used.add(columns.number(value));
      for (const [, name] of key === 'template' ? value.matchAll(/\{\{([^(){}]*)\}\}/g) : [])
        used.add(columns.number(name!));
    } else if (Array.isArray(value)) for (const item of value) walk(item, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) walk(inner, name);
  };
  walk(of, '');
  return used;
}

function markingNamed(text: string): Marking | undefined {
  const wanted = text
    .trim()
    .toUpperCase()
    .replace(/^(?!TLP:)/, 'TLP:')
    .replace('TLP:WHITE', 'TLP:CLEAR');
  return MARKINGS.find((marking) => marking === wanted);
}
