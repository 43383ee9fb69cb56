/** FollowTheMoney entities, complete or in fragments, and what facts they are. */

import type { Ontology } from '../../ontology/ontology.ts';
import { addDistinct } from '../distinct.ts';
import type { Fact, LinkFact, Marking, Props, RejectCode, Warning } from '../source.ts';

/** An entity as FollowTheMoney writes it, before it is known whether it is a record or a relationship. */
export interface Entity {
  id: string;
  schema: string;
  props: Props;
  caption?: string;
  marking?: Marking;
  validFrom?: string;
  validTo?: string;
  /** A link of a mapping: its ends are given, whatever the ontology says of its type. */
  link?: { source: string; target: string; directed: boolean };
}

export type EntityFacts = { facts: Fact[]; warnings?: Warning[] } | { code: RejectCode; reason: string };

/**
 * A schema that is or inherits an edge is a relationship, one for each pair of its ends; every other is a record, and
 * its entity-typed properties also give references named `schema:property`.
 */
export function entityFacts(entity: Entity, ontology: Ontology): EntityFacts {
  if (entity.link !== undefined) return { facts: [relationship(entity, entity.id, entity.link)] };
  const schema = ontology.schema(entity.schema);
  if (schema?.edge !== undefined) {
    const sources = entity.props[schema.edge.source] ?? [];
    const targets = entity.props[schema.edge.target] ?? [];
    if (sources.length === 0 || targets.length === 0) {
      const missing = sources.length === 0 ? schema.edge.source : schema.edge.target;
      return { code: 'END_MISSING', reason: `${entity.schema} ${entity.id} has no ${missing}` };
    }
    const several = sources.length * targets.length > 1;
    const valid = validTimes(entity, ontology);
    const facts: Fact[] = [];
    for (const source of sources) {
      for (const target of targets) {
        const key = several ? `${entity.id}\0${source}\0${target}` : entity.id;
        facts.push({
          ...relationship(entity, key, { source, target, directed: schema.edge.directed }),
          ...valid,
        });
      }
    }
    return { facts };
  }

  const facts: Fact[] = [
    {
      kind: 'record',
      sourceKey: entity.id,
      schema: entity.schema,
      caption: entity.caption ?? ontology.caption(entity.schema, entity.props, entity.id),
      props: entity.props,
      ...(entity.marking && { marking: entity.marking }),
      ...validTimes(entity, ontology),
    },
  ];
  if (schema === undefined) {
    return { facts, warnings: [{ code: 'UNKNOWN_SCHEMA', detail: entity.schema }] };
  }
  for (const property of schema.references) {
    for (const target of entity.props[property] ?? []) {
      facts.push({
        kind: 'reference',
        sourceKey: `${entity.id}\0${property}\0${target}`,
        type: `${schema.allProperties.get(property)!.declaredBy}:${property}`,
        source: entity.id,
        target,
        directed: true,
        props: {},
        ...(entity.marking && { marking: entity.marking }),
      });
    }
  }
  return { facts };
}

function relationship(
  entity: Entity,
  sourceKey: string,
  ends: { source: string; target: string; directed: boolean },
): LinkFact {
  return {
    kind: 'relationship',
    sourceKey,
    type: entity.schema,
    ...ends,
    props: entity.props,
    ...(entity.caption && { caption: entity.caption }),
    ...(entity.marking && { marking: entity.marking }),
    ...(entity.validFrom && { validFrom: entity.validFrom }),
    ...(entity.validTo && { validTo: entity.validTo }),
  };
}

function validTimes(entity: Entity, ontology: Ontology): { validFrom?: string; validTo?: string } {
  if (entity.validFrom === undefined && entity.validTo === undefined)
    return ontology.valid(entity.schema, entity.props);
  return {
    ...(entity.validFrom && { validFrom: entity.validFrom }),
    ...(entity.validTo && { validTo: entity.validTo }),
  };
}

/**
 * Adds the values of one fragment to another of the same id; the values that were new, or undefined when their schemata do
 * not go together.
 */
export function absorb(into: Entity, fragment: Entity, ontology: Ontology): Props | undefined {
  const schema =
    into.schema === fragment.schema ? into.schema : ontology.commonSchema(into.schema, fragment.schema);
  if (schema === undefined) return undefined;
  const added: Props = Object.create(null);
  into.schema = schema;
  for (const [name, values] of Object.entries(fragment.props)) {
    const have = Object.hasOwn(into.props, name) ? into.props[name] : undefined;
    if (have === undefined) {
      const own = { value: [...values], enumerable: true, configurable: true, writable: true };
      Object.defineProperty(into.props, name, own);
      added[name] = values;
    } else added[name] = values.filter((value) => addDistinct(have, value));
  }
  if (fragment.caption && !into.caption) into.caption = fragment.caption;
  if (fragment.marking && (into.marking === undefined || stricter(fragment.marking, into.marking)))
    into.marking = fragment.marking;
  if (fragment.validFrom && (!into.validFrom || fragment.validFrom < into.validFrom))
    into.validFrom = fragment.validFrom;
  if (fragment.validTo && (!into.validTo || fragment.validTo > into.validTo)) into.validTo = fragment.validTo;
  return added;
}

const order: Marking[] = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'];
const stricter = (left: Marking, right: Marking) => order.indexOf(left) > order.indexOf(right);
