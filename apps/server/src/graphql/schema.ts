import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLError, GraphQLScalarType, type GraphQLSchema, Kind, valueFromASTUntyped } from 'graphql';
import { checkIds } from './checkIds.ts';
import { readSdl } from './sdl.ts';

const DateTime = new GraphQLScalarType({
  name: 'DateTime',
  serialize: (value) => (value instanceof Date ? value : new Date(String(value))).toISOString(),
  parseValue: parseTime,
  parseLiteral: (node) => parseTime(node.kind === Kind.STRING ? node.value : undefined),
});

function parseTime(value: unknown): Date {
  const time = new Date(
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(value) ? value : Number.NaN,
  );
  if (Number.isNaN(time.getTime()))
    throw new GraphQLError('A DateTime is ISO 8601 with an offset, such as 2026-09-30T12:00:00Z.');
  return time;
}

const Position = new GraphQLScalarType({
  name: 'Position',
  serialize: String,
  parseValue: (value) => parsePosition(value),
  parseLiteral: (node) => parsePosition(node.kind === Kind.STRING ? node.value : undefined),
});

function parsePosition(value: unknown): string {
  if (typeof value !== 'string' || value.length > 64)
    throw new GraphQLError('A Position is text that Summit gave you.');
  return value;
}

const Json = new GraphQLScalarType({
  name: 'JSON',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

export type Resolvers = Record<string, Record<string, unknown>>;

/** The executable schema: every noun's SDL with every noun's resolvers, which get ids that are UUIDs. */
export function executableSchema(nouns: readonly Resolvers[]): GraphQLSchema {
  const schema = makeExecutableSchema({
    typeDefs: readSdl(),
    resolvers: [{ DateTime, Position, JSON: Json }, ...nouns] as never,
    // A resolver for a field that the SDL does not have is a mistake, not a wish.
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
  return checkIds(schema);
}
