import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from '../apps/server/node_modules/graphql/index.js';

/** What an argument names: one of these of somebody's own, or of somebody else's. */
export type Kind =
  | 'record'
  | 'relationship'
  | 'case'
  | 'note'
  | 'import'
  | 'file'
  | 'user'
  | 'position'
  | 'dataset'
  | 'cursor';
export type Things = Record<Kind, string>;

/** One argument (or a field of its input) by which something of a tenant can be named. */
export interface Place {
  operation: 'query' | 'mutation' | 'subscription';
  field: string;
  /** For example input.items.entityId */
  path: string;
  kind: Kind;
  document: string;
  /** Variables with everything that is required, and `named` at this place. */
  variables(own: Things, named: string): Record<string, unknown>;
}

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../apps/server/schema.graphql'), 'utf8'));

const byName: Record<string, Kind> = {
  investigationId: 'case',
  fileId: 'file',
  userId: 'user',
  actorId: 'user',
  after: 'cursor',
  key: 'dataset',
  dataset: 'dataset',
  datasets: 'dataset',
};
const byField: [RegExp, Kind][] = [
  [/Note$/, 'note'],
  [/relationship/i, 'relationship'],
  [/investigation/i, 'case'],
  [/import|rejects/i, 'import'],
  [/file/i, 'file'],
];

function kindOf(field: string, name: string, type: GraphQLInputType): Kind | undefined {
  const scalar = getNamedType(type).name;
  if (scalar === 'Position') return 'position';
  // A new dataset is named by its maker, and an import makes the one that it names.
  if (/^(createDataset|startImport)$/.test(field) && byName[name] === 'dataset') return undefined;
  if (byName[name]) return byName[name];
  if (scalar !== 'ID') return undefined;
  return name === 'id' ? (byField.find(([pattern]) => pattern.test(field))?.[1] ?? 'record') : 'record';
}

const plain: Record<string, unknown> = {
  schema: 'Person',
  type: 'UnknownLink',
  role: 'editor',
  format: 'json',
  query: 'Wall',
  name: 'name',
};

function example(name: string, type: GraphQLInputType): unknown {
  const named = getNamedType(type);
  if (isEnumType(named)) return named.getValues()[0]!.name;
  if (named.name === 'Int' || named.name === 'Float') return 1;
  if (named.name === 'Boolean') return false;
  return plain[name] ?? 'something';
}

interface Leaf {
  path: string[];
  kind: Kind;
}
type Inputs = { name: string; type: GraphQLInputType; required: boolean }[];

const inputsOf = (field: GraphQLField<unknown, unknown>): Inputs =>
  field.args.map((each) => ({ name: each.name, type: each.type, required: isRequiredArgument(each) }));
const fieldsOf = (type: GraphQLInputType): Inputs => {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [];
  return Object.values(named.getFields()).map((each) => ({
    name: each.name,
    type: each.type,
    required: isRequiredInputField(each),
  }));
};

function leaves(field: string, inputs: Inputs, path: string[] = []): Leaf[] {
  return inputs.flatMap(({ name, type }) => {
    const here = [...path, name];
    const inner = fieldsOf(type);
    if (inner.length > 0) return leaves(field, inner, here);
    const kind = kindOf(field, name, type);
    return kind ? [{ path: here, kind }] : [];
  });
}

/** Values of what is required, own things where a thing is named; and at `path` the one that is asked about. */
function values(
  field: string,
  inputs: Inputs,
  own: Things,
  path: string[],
  named: string,
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { name, type, required } of inputs) {
    const isOn = path[0] === name;
    if (!isOn && !required) continue;
    const inner = fieldsOf(type);
    const kind = kindOf(field, name, type);
    let value: unknown;
    if (inner.length > 0) value = values(field, inner, own, isOn ? path.slice(1) : [], named);
    else if (isOn) value = named;
    else value = kind ? own[kind] : example(name, type);
    const bare = isNonNullType(type) ? type.ofType : type;
    found[name] = isListType(bare) ? [value] : value;
  }
  return found;
}

const FOLLOWED =
  /^(edges|node|bounded|pageInfo|hits|entity|entities|paths|links|change|preview|rows|import|neighbours|record|dataset)$/;

function selection(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isLeafType(named) || !isObjectType(named)) return '';
  const parts = ['__typename'];
  for (const field of Object.values(named.getFields())) {
    if (field.args.some(isRequiredArgument)) continue;
    if (isLeafType(getNamedType(field.type))) parts.push(field.name);
    else if (depth > 0 && FOLLOWED.test(field.name))
      parts.push(field.name + selection(field.type, depth - 1));
  }
  return ` { ${parts.join(' ')} }`;
}

/** Every place of the schema at which a thing of a tenant can be named. */
export function places(): Place[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([operation, root]) =>
    Object.values(root!.getFields()).flatMap((field) => {
      const inputs = inputsOf(field);
      return leaves(field.name, inputs).map(({ path, kind }): Place => {
        const given = field.args.filter((each) => isRequiredArgument(each) || each.name === path[0]);
        const head = given.map(({ name, type }) => `$${name}: ${type}`).join(', ');
        const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
        return {
          operation,
          field: field.name,
          path: path.join('.'),
          kind,
          document: `${operation}(${head}) { ${field.name}(${passed})${selection(field.type, 3)} }`,
          variables: (own, named) => values(field.name, inputs, own, path, named),
        };
      });
    }),
  );
}
