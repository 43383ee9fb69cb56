import type { EntityFact } from './entityQueries.ts';

/** All values of one property; conflicting when it should have one value and the sources disagree. */
export type FactGroup = {
  property: string;
  label: string;
  type: string;
  conflicting: boolean;
  facts: EntityFact[];
};

/** Facts by property in the order they come, the best-sourced value first; names lead, the caption before the others. */
export function groupFacts(facts: readonly EntityFact[], caption?: string): FactGroup[] {
  const groups = new Map<string, FactGroup>();
  for (const fact of facts) {
    const group = groups.get(fact.property) ?? {
      property: fact.property,
      label: fact.label,
      type: fact.type,
      conflicting: false,
      facts: [],
    };
    group.facts.push(fact);
    group.conflicting ||= fact.conflicting && fact.refuted === null;
    groups.set(fact.property, group);
  }
  for (const group of groups.values()) {
    group.facts.sort(
      (a, b) =>
        Number(a.refuted !== null) - Number(b.refuted !== null) ||
        Number(b.value === caption) - Number(a.value === caption) ||
        b.sources.length - a.sources.length,
    );
    const standing = group.facts.filter((fact) => fact.refuted === null);
    group.conflicting &&= standing.length > 1;
  }
  return [...groups.values()].sort((a, b) => Number(b.property === 'name') - Number(a.property === 'name'));
}

/** Whether any property of the entity has sources that disagree. */
export const disagrees = (facts: readonly EntityFact[]) =>
  groupFacts(facts).some((group) => group.conflicting);
