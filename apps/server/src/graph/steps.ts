import type { Direction, GraphLink } from './graphQueries.ts';

/** Where links lead from each entity, walked in a direction. */
export function stepsBy(links: readonly GraphLink[], direction: Direction = 'ANY'): Map<string, Set<string>> {
  const steps = new Map<string, Set<string>>();
  const add = (from: string, to: string): void => {
    const known = steps.get(from);
    if (known) known.add(to);
    else steps.set(from, new Set([to]));
  };
  for (const { source, target, directed } of links) {
    if (direction !== 'IN' || !directed) add(source, target);
    if (direction !== 'OUT' || !directed) add(target, source);
  }
  return steps;
}
