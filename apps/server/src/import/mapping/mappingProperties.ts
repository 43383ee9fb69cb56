/** Properties of a mapped entity: columns, literals and templates, cleaned by the type of the property. */

import type { Ontology } from '../../ontology/ontology.ts';
import { type CleaningRules, cleanValue } from '../../ontology/values.ts';
import { addDistinct } from '../distinct.ts';
import type { Entity } from '../format/entityFacts.ts';
import type { Props, Warning } from '../source.ts';
import type { PropertyMapping } from './mapping.ts';
import { type Cells, type Columns, type Context, first, isNothing } from './mappingCells.ts';

export type MakeProperty = (
  entity: Entity,
  cells: Cells,
  made: Map<string, Entity>,
  warnings: Warning[],
) => boolean;

export function propertyMaker(property: string, mapping: PropertyMapping, context: Context): MakeProperty {
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
  const parts = template.split(/\{\{([^(){}]*)\}\}/);
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

export function addValue(
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
  if (clean === undefined) return;
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
    addDistinct(have, value);
    Object.defineProperty(props, property, {
      value: have,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return;
  }
  const have = Object.hasOwn(props, property) ? props[property] : undefined;
  if (have === undefined) props[property] = [value];
  else addDistinct(have, value);
}

export function date(cell: Cells[number], context: Context, rules: CleaningRules): string | undefined {
  const text = first(cell);
  if (text === undefined || isNothing(text, context)) return undefined;
  const clean = cleanValue('date', text, rules);
  return clean?.understood ? clean.value : undefined;
}
