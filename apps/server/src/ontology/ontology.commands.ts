import { SummitError } from '@summit/process/errors';
import { type Changing, type Outcome, runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { uuidv5 } from '../ids.ts';
import { ontologyOf } from './ontology.queries.ts';
import {
  ontology as common,
  type IconKind,
  iconKinds,
  type PropertyType,
  propertyTypes,
  type SchemaDefinition,
} from './ontology.ts';

export interface DefineSchemaInput {
  name: string;
  label?: string | null | undefined;
  plural?: string | null | undefined;
  icon?: string | null | undefined;
  extends?: readonly string[] | null | undefined;
  isRelationship?: boolean | null | undefined;
  /** Properties that hold the ends of a relationship. */
  source?: string | null | undefined;
  target?: string | null | undefined;
  properties?: readonly { name: string; label?: string | null; type?: string | null }[] | null | undefined;
  reason?: string | null | undefined;
}

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,79}$/;

/** Adds or changes a type of the tenant's own; everyone's types stay as they are. Throws INPUT_INVALID. */
export async function defineSchema(
  ctx: Context,
  input: DefineSchemaInput,
  preview?: boolean,
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('ontology:write');
  const { reason } = input;
  return runCommand(ctx, { action: 'schema.defined', reason, preview, input }, async (tx) => {
    const definition = await definitionOf(tx, input);
    const { tenant } = tx.reader;
    const id = uuidv5(`${tenant}\0schema\0${input.name}`);
    const written = await tx.execute(sql`
      insert into ontology_types (tenant_id, id, since_change, name, definition)
      values (${tenant}, ${id}, ${tx.change}, ${input.name}, ${JSON.stringify(definition)})
      on conflict (tenant_id, id) do update set definition = excluded.definition, since_change = excluded.since_change
      where ontology_types.definition <> excluded.definition`);
    if (written > 0) {
      tx.says(`Defined the type ${definition.label}`);
      tx.touches({ kind: 'schema', id, caption: definition.label });
    }
    return id;
  });
}

/** Takes a type of the tenant's own away; records of it stay, and are shown as things of an unknown type. Throws NOT_FOUND. */
export async function removeSchema(
  ctx: Context,
  input: { name: string; reason?: string | null | undefined },
  preview?: boolean,
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('ontology:write');
  const { name, reason } = input;
  return runCommand(ctx, { action: 'schema.removed', reason, preview, input }, async (tx) => {
    const gone = await tx.first<{ id: string }>(sql`
      delete from ontology_types where tenant_id = ${tx.reader.tenant} and name = ${name} returning id`);
    if (!gone) throw new SummitError('NOT_FOUND', { what: 'schema' });
    tx.says(`Removed the type ${name}`);
    tx.touches({ kind: 'schema', id: gone.id, caption: name });
    return gone.id;
  });
}

async function definitionOf(tx: Changing, input: DefineSchemaInput): Promise<SchemaDefinition> {
  const refuse = (problem: string): never => {
    throw new SummitError('INPUT_INVALID', { problem });
  };
  if (!NAME.test(input.name)) refuse('a type is called by 1 to 80 letters, digits, - and _, a letter first');
  if (common.schema(input.name)) refuse(`${input.name} is a type of everyone; choose another name`);
  const known = await ontologyOf(tx);
  for (const parent of input.extends ?? [])
    if (!known.schema(parent)) refuse(`there is no type ${parent} to extend`);
  if (input.icon && !iconKinds.includes(input.icon as IconKind))
    refuse(`icon is one of ${iconKinds.join(', ')}`);
  const properties = (input.properties ?? []).map(({ name, label, type }) => {
    if (!NAME.test(name)) refuse('a property is called by 1 to 80 letters, digits, - and _, a letter first');
    if (!propertyTypes.includes((type ?? 'string') as PropertyType))
      refuse(`the type of ${name} is one of ${propertyTypes.join(', ')}`);
    return [name, { label: label || name, type: (type ?? 'string') as PropertyType }] as const;
  });
  const label = input.label || input.name;
  const names = properties.flatMap(([name, { type }]) => (type === 'name' ? name : []));
  return {
    name: input.name,
    label,
    plural: input.plural || label,
    origin: 'tenant',
    ...(input.extends?.length && { extends: [...input.extends] }),
    ...(input.icon && { icon: input.icon as IconKind }),
    ...(names.length > 0 && { caption: names }),
    ...(input.isRelationship && {
      edge: { source: input.source || 'source', target: input.target || 'target', directed: true, label },
    }),
    properties: Object.fromEntries(properties),
  };
}
