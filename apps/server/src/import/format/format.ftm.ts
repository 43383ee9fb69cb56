/** FollowTheMoney entities, one JSON object a line. Lines with one id are fragments of one entity. */
import { ontology as defaultOntology } from '../../ontology/ontology.ts';
import { countRepeats } from '../countRepeats.ts';
import { isBlank } from '../distinct.ts';
import { reject } from '../rejecting.ts';
import { type FormatReader, limits, type Props, type RejectCode, type SourceObject } from '../source.ts';
import { type United, Uniter } from '../unite.ts';
import type { Entity } from './entityFacts.ts';
import { type JsonObject, readJsonLines, seeIds } from './jsonLines.ts';
import { BigNumber, type Json } from './strictJson.ts';

export const ftmReader: FormatReader = {
  format: 'ftm',
  async *read(file, options) {
    const ontology = options.ontology ?? defaultOntology;
    const repeats = await countRepeats(file, options, async (see) => {
      await seeIds(file, options, 'id', see);
    });
    const uniter = new Uniter(repeats, ontology, options.limits?.heldBytes ?? limits.heldBytes);
    // Without fragments no earlier line bears on a later one, so settled lines need not even be parsed.
    const skip = options.skip ?? 0;
    for await (const lines of readJsonLines(file, options, repeats.none ? skip : 0)) {
      for (const line of lines) {
        if (options.sample !== undefined && line.ref.row! > options.sample) return;
        const settled = line.ref.row! <= skip;
        if (line.reject !== undefined) {
          if (!settled) yield line.reject;
          continue;
        }
        if (line.object === undefined) continue;
        const entity = readEntity(line.object);
        if ('code' in entity) {
          if (!settled) yield reject(line.ref, entity.code, entity.reason, JSON.stringify(line.object));
          continue;
        }
        const out: United = { facts: [], warnings: [] };
        uniter.add(entity, line.ref, out);
        if (settled) continue;
        if (out.problem === undefined) {
          yield asRows(line.ref, out);
          continue;
        }
        yield reject(line.ref, out.problem.code, out.problem.reason, JSON.stringify(line.object));
        // What the earlier fragments said stands all the same.
        if (out.facts.length > 0) yield { ...asRows(line.ref, out), fate: 'notice' };
      }
    }
    const rest = uniter.finish();
    if (rest.facts.length > 0 || rest.warnings.length > 0) yield { ...asRows({}, rest), fate: 'notice' };
  },
};

function asRows(ref: SourceObject['ref'], out: United): SourceObject & { fate: 'rows' } {
  return { fate: 'rows', ref, rows: out.facts, ...(out.warnings.length > 0 && { warnings: out.warnings }) };
}

/** Keys of an entity that are not facts about the thing but about its serialisation. */
const structure = new Set(['id', 'schema', 'properties', 'caption']);

function readEntity(object: JsonObject): Entity | { code: RejectCode; reason: string } {
  const { id, schema, properties, caption } = object;
  if (typeof id !== 'string' || id === '') return { code: 'MISSING_ID', reason: 'the entity has no "id"' };
  if (typeof schema !== 'string' || schema === '') {
    return { code: 'UNKNOWN_SCHEMA', reason: 'the entity has no "schema"' };
  }
  const props: Props = {};
  if (properties !== undefined) {
    if (!isObject(properties)) return { code: 'INVALID_OBJECT', reason: '"properties" is not an object' };
    for (const name of Object.keys(properties)) {
      const values = texts(properties[name]!);
      if (values === undefined) {
        return {
          code: 'INVALID_OBJECT',
          reason: `property "${name.slice(0, 100)}" holds something else than texts`,
        };
      }
      if (values.length > 0) set(props, name, values);
    }
  }
  // What stands beside the properties (datasets, referents, first_seen …) is the source's word too.
  for (const name of Object.keys(object)) {
    if (structure.has(name) || Object.hasOwn(props, name)) continue;
    const values = texts(object[name]!);
    if (values !== undefined && values.length > 0) set(props, name, values);
    else if (values === undefined) set(props, name, [JSON.stringify(object[name])]);
  }
  return { id, schema, props, ...(typeof caption === 'string' && !isBlank(caption) && { caption }) };
}

function isObject(value: Json): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof BigNumber)
  );
}

/** Scalars as texts, each once; undefined when there is anything nested. Nested entities give their id. */
function texts(value: Json): string[] | undefined {
  if (!Array.isArray(value)) {
    const text = scalar(value);
    return text === undefined ? undefined : isBlank(text) ? [] : [text];
  }
  const found: string[] = [];
  for (const item of value) {
    const text = isObject(item) && typeof item.id === 'string' ? item.id : scalar(item);
    if (text === undefined) return undefined;
    if (!isBlank(text) && !found.includes(text)) found.push(text);
  }
  return found;
}

function scalar(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof BigNumber ? value.text : undefined;
}

/** `props[name] = values` that is safe for a property called `__proto__`. */
function set(props: Props, name: string, values: string[]): void {
  if (name === '__proto__')
    Object.defineProperty(props, name, {
      value: values,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  else props[name] = values;
}
