import type { Ontology } from './ontology.ts';

/** The schemata of a filter with all that inherit from them; a name that no one knows stands for itself. */
export function withHeirs(ontology: Ontology, names: readonly string[]): string[] {
  const heirs = ontology.schemata().filter(({ lineage }) => lineage.some((each) => names.includes(each)));
  return [...new Set([...names, ...heirs.map(({ name }) => name)])];
}
