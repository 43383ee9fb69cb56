import type { Ontology } from './ontology.ts';

/** What people call a relationship type; `schema:property` of a reference is called as the property is. */
export function linkLabel(ontology: Ontology, type: string): string {
  const cut = type.indexOf(':');
  if (cut > 0 && ontology.schema(type) === undefined)
    return ontology.propertyLabel(type.slice(0, cut), type.slice(cut + 1));
  return ontology.schema(type)?.edge?.label ?? ontology.label(type);
}

/** Properties of a schema as a sentence names them: 'birth date, ID number'; a capital that is more than the first stays. */
export const propertiesSaid = (ontology: Ontology, schema: string, names: readonly string[]): string =>
  names
    .map((name) =>
      ontology.propertyLabel(schema, name).replace(/^\p{Lu}(?!\p{Lu})/u, (sign) => sign.toLowerCase()),
    )
    .join(', ');
