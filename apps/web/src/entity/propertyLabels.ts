import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { readable } from './entityTypes.ts';
import { type OntologySchema, ontologyQuery } from './ontologyQueries.ts';

type Labelled = Pick<OntologySchema, 'name'> & { properties: readonly { name: string; label: string }[] };

/** For a property of which it is not said whose it is: the first schema that has it says what it is called. */
export const ANY = '*';

/** What people call a property of a schema: the ontology's word for it, else words made of its name. */
export function labelsOf(schemas: readonly Labelled[]): (property: string, schema?: string) => string {
  const known = new Map<string, Map<string, string>>();
  const any = new Map<string, string>();
  for (const { name: schema, properties } of schemas) {
    known.set(schema, new Map(properties.map(({ name, label }) => [name, label])));
    for (const { name, label } of properties) if (!any.has(name)) any.set(name, label);
  }
  known.set(ANY, any);
  return (property, schema) => known.get(schema ?? '')?.get(property) ?? readable(property);
}

/** The same for a component; words made of the name stand in until the ontology is read. */
export function usePropertyLabels(): ReturnType<typeof labelsOf> {
  const { data } = useQuery(ontologyQuery);
  return useMemo(() => labelsOf(data ?? []), [data]);
}

/** As it stands within a sentence: 'Birth date' → 'birth date', 'ID Number' as it is. */
export const inSentence = (label: string): string =>
  label.replace(/^\p{Lu}(?!\p{Lu})/u, (sign) => sign.toLowerCase());
