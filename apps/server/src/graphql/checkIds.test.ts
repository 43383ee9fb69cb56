import { SummitError } from '@summit/process/errors';
import {
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  graphql,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { nouns } from './nouns.ts';
import { executableSchema } from './schema.ts';

const schema = executableSchema(nouns);
const fine = '01234567-89ab-7def-8123-456789abcdef';

/** A value of a type with what is required of it, and this text wherever an id goes. */
function filled(type: GraphQLInputType, id: string, all: boolean): unknown {
  const given = getNullableType(type);
  if (isListType(given)) return [filled(given.ofType, id, all)];
  if (isInputObjectType(given)) {
    const fields = Object.values(given.getFields()).filter((each) => all || isNonNullType(each.type));
    return Object.fromEntries(fields.map((each) => [each.name, filled(each.type, id, all)]));
  }
  const named = getNamedType(given);
  if (named.name === 'ID') return id;
  if ('getValues' in named) return named.getValues()[0]!.value;
  const plain: Record<string, unknown> = { Int: 1, Float: 1, Boolean: true, DateTime: new Date(), JSON: {} };
  return plain[named.name] ?? 'text';
}

const hasId = (type: GraphQLInputType, inside = new Set<string>()): boolean => {
  const named = getNamedType(type);
  if (inside.has(named.name)) return false;
  if (!isInputObjectType(named)) return named.name === 'ID';
  return Object.values(named.getFields()).some((each) => hasId(each.type, new Set([...inside, named.name])));
};

const roots = [schema.getQueryType()!, schema.getMutationType()!, schema.getSubscriptionType()!];
const fields = roots.flatMap((root) =>
  Object.values(root.getFields())
    .filter((field) => field.args.some(({ type }) => hasId(type)))
    .map((field) => ({ name: `${root.name}.${field.name}`, field })),
);

describe('an id that is no UUID is refused before anything runs', () => {
  test.each(fields)('$name', ({ field }) => {
    const call = (id: string) => {
      const args = Object.fromEntries(field.args.map((each) => [each.name, filled(each.type, id, true)]));
      return (field.subscribe ?? field.resolve)!({}, args, undefined, undefined as never);
    };
    for (const id of ['', 'nonsense', 'a'.repeat(40_000), `${fine} `]) {
      let thrown: unknown;
      try {
        call(id);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(SummitError);
      expect(thrown).toMatchObject({ code: 'INPUT_INVALID' });
      expect(String((thrown as SummitError).details.problem).length).toBeLessThan(100);
    }
  });
});

test('ids that are left out or null are fine, and so are UUIDs', async () => {
  // Without a context each fails inside its resolver, which shows that it was reached.
  for (const id of [`"${fine}"`, 'null']) {
    const { errors } = await graphql({
      schema,
      source: `{ changes(investigationId: ${id}) { edges { cursor } } }`,
    });
    expect(errors?.[0]?.message).not.toContain('give an id');
  }
});
