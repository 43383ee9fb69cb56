import { queryOptions } from '@tanstack/react-query';
import { graphql } from '../api/generated/gql.ts';
import type { OntologyQuery } from '../api/generated/graphql.ts';
import { request } from '../api/request.ts';

const OntologyDocument = graphql(`
  query Ontology {
    ontology {
      schemas {
        name
        label
        abstract
        isRelationship
        extends
        featured
        source
        target
        origin
        properties {
          name
          label
          type
        }
      }
    }
  }
`);

export type OntologySchema = OntologyQuery['ontology']['schemas'][number];

/** The types of things and of relationships, with their properties. */
export const ontologyQuery = queryOptions({
  queryKey: ['ontology'],
  queryFn: ({ signal }) => request(OntologyDocument, {}, { signal }).then((data) => data.ontology.schemas),
  staleTime: 10 * 60_000,
});

const byLabel = (a: { label: string }, b: { label: string }) => a.label.localeCompare(b.label);

export const thingSchemas = (schemas: readonly OntologySchema[]) =>
  schemas.filter((schema) => !schema.abstract && !schema.isRelationship).sort(byLabel);

export const linkSchemas = (schemas: readonly OntologySchema[]) =>
  schemas.filter((schema) => !schema.abstract && schema.isRelationship).sort(byLabel);

/** Properties that a person may type a value for: the featured ones first. */
export function typedProperties(schemas: readonly OntologySchema[], name: string) {
  const schema = schemas.find((one) => one.name === name);
  const featured = new Set(schema?.featured ?? []);
  return (schema?.properties ?? [])
    .filter((property) => property.type !== 'entity')
    .sort((a, b) => Number(featured.has(b.name)) - Number(featured.has(a.name)) || byLabel(a, b));
}
