import type { Ontology } from './ontology.ts';

/** What people call a relationship type; `schema:property` of a reference is called as the property is. */
export function linkLabel(ontology: Ontology, type: string): string {
  const cut = type.indexOf(':');
  if (cut > 0 && ontology.schema(type) === undefined)
    return ontology.propertyLabel(type.slice(0, cut), type.slice(cut + 1));
  return ontology.schema(type)?.edge?.label ?? ontology.label(type);
}
