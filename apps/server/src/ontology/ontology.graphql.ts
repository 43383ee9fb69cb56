import { toPayload } from '../change/payload.ts';
import { read } from '../change/read.ts';
import type { RequestContext } from '../graphql/request.ts';
import { type DefineSchemaInput, defineSchema, removeSchema } from './ontology.commands.ts';
import { ontologyOf } from './ontology.queries.ts';
import type { Ontology, PropertyDefinition, Schema } from './ontology.ts';

const ORIGINS = { followthemoney: 'FollowTheMoney', stix: 'STIX 2.1', summit: 'Summit', tenant: 'own' };

export const resolvers = {
  Query: {
    ontology: (_: unknown, __: unknown, ctx: RequestContext) => read(ctx, undefined, ontologyOf),
  },
  Mutation: {
    async defineSchema(
      _: unknown,
      { input, preview }: { input: DefineSchemaInput; preview: boolean },
      ctx: RequestContext,
    ) {
      const outcome = await defineSchema(ctx, input, preview);
      return toPayload(ctx, outcome, { ids: [outcome.result] });
    },
    async removeSchema(
      _: unknown,
      { input, preview }: { input: { name: string; reason?: string | null }; preview: boolean },
      ctx: RequestContext,
    ) {
      const outcome = await removeSchema(ctx, input, preview);
      return toPayload(ctx, outcome, { ids: [outcome.result] });
    },
  },
  Ontology: {
    schemas: (ontology: Ontology) => ontology.schemata(),
  },
  Schema: {
    extends: (schema: Schema) => schema.extends ?? [],
    isRelationship: (schema: Schema) => schema.edge !== undefined,
    abstract: (schema: Schema) => schema.abstract ?? false,
    origin: (schema: Schema) => ORIGINS[schema.origin],
    source: (schema: Schema) => schema.edge?.source ?? null,
    target: (schema: Schema) => schema.edge?.target ?? null,
    properties: (schema: Schema) =>
      [...schema.allProperties]
        .filter(([, { hidden, stub }]) => !hidden && !stub)
        .map(([name, property]: [string, PropertyDefinition]) => ({
          name,
          label: property.label,
          type: property.type,
          range: property.range ?? null,
        })),
  },
};
