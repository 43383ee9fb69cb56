import { SummitError } from '@summit/process/errors';
import {
  defaultFieldResolver,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
} from 'graphql';
import { isUuid } from '../ids.ts';

type Check = (value: unknown, path: string) => void;

/**
 * Every argument of type ID, also inside lists and inputs, is a UUID before a resolver sees it: the database would refuse
 * anything else, quoting it at full length. Throws INPUT_INVALID, naming the argument and not what it held.
 */
export function checkIds(schema: GraphQLSchema): GraphQLSchema {
  const known = new Map<GraphQLInputType, Check | undefined>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const checks = field.args.flatMap(({ name, type: given }) => {
        const check = checkOf(given, known);
        return check ? [{ name, check }] : [];
      });
      if (checks.length === 0) continue;
      const checked =
        <Args extends unknown[], T>(resolve: (parent: unknown, args: never, ...more: Args) => T) =>
        (parent: unknown, args: Record<string, unknown>, ...more: Args): T => {
          for (const { name, check } of checks) check(args[name], name);
          return resolve(parent, args as never, ...more);
        };
      field.resolve = checked(field.resolve ?? defaultFieldResolver);
      if (field.subscribe) field.subscribe = checked(field.subscribe);
    }
  }
  return schema;
}

function checkOf(
  given: GraphQLInputType,
  known: Map<GraphQLInputType, Check | undefined>,
): Check | undefined {
  const type = getNullableType(given);
  if (known.has(type)) return known.get(type);
  known.set(type, undefined);
  const check = makeCheck(type, known);
  known.set(type, check);
  return check;
}

function makeCheck(
  type: GraphQLInputType,
  known: Map<GraphQLInputType, Check | undefined>,
): Check | undefined {
  if (isListType(type)) {
    const each = checkOf(type.ofType, known);
    return (
      each &&
      ((values, path) => {
        if (Array.isArray(values)) for (const value of values) each(value, path);
      })
    );
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).flatMap(({ name, type: inner }) => {
      const check = checkOf(inner, known);
      return check ? [{ name, check }] : [];
    });
    if (fields.length === 0) return undefined;
    return (value, path) => {
      if (typeof value !== 'object' || value === null) return;
      for (const { name, check } of fields)
        check((value as Record<string, unknown>)[name], `${path}.${name}`);
    };
  }
  return 'name' in type && type.name === 'ID' ? mustBeId : undefined;
}

const mustBeId: Check = (value, path) => {
  if (value === undefined || value === null || isUuid(String(value))) return;
  throw new SummitError('INPUT_INVALID', {
    problem: `for ${path} give an id as Summit prints it (a UUID of 36 characters)`,
  });
};
