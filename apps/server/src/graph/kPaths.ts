/** Links between neighbouring positions of all walks of one length: `hop` n joins position n to n + 1. */
export interface Layers {
  hop: readonly number[];
  sources: readonly string[];
  targets: readonly string[];
}

/** Steps that are tried at most: some tens of milliseconds, in which nobody else is answered. */
const MOST_STEPS = 100_000;

/**
 * The first `k` walks of `hops` hops from `from` to `to` that visit no entity twice, by ids. `entityOf` names a record's
 * entity. Of walks that are not the shortest nearly all may visit something twice: `stopped` when too many were tried.
 */
export function kPaths(
  layers: Layers,
  ends: { from: string; to: string; hops: number; k: number },
  entityOf: (record: string) => string,
): { paths: string[][]; stopped: boolean } {
  const next = stepsTo(ends.to, ends.hops, layers, entityOf);
  const paths: string[][] = [];
  const path = [ends.from];
  let steps = 0;
  const walk = (): void => {
    const here = path.at(-1)!;
    if (path.length === ends.hops + 1) {
      paths.push([...path]);
      return;
    }
    for (const there of next[path.length - 1]!.get(here) ?? []) {
      if (paths.length === ends.k || ++steps > MOST_STEPS) return;
      if (path.includes(there) || (there === ends.to && path.length < ends.hops)) continue;
      path.push(there);
      walk();
      path.pop();
    }
  };
  walk();
  return { paths, stopped: steps > MOST_STEPS };
}

/** Where each entity at each position leads, by ids, without what does not lead on to `to`. */
function stepsTo(
  to: string,
  hops: number,
  { hop, sources, targets }: Layers,
  entityOf: (record: string) => string,
): Map<string, string[]>[] {
  const links = Array.from({ length: hops }, () => new Map<string, Set<string>>());
  hop.forEach((position, index) => {
    const [source, target] = [entityOf(sources[index]!), entityOf(targets[index]!)];
    const known = links[position]!.get(source);
    if (known) known.add(target);
    else links[position]!.set(source, new Set([target]));
  });
  let leading: { has(entity: string): boolean } = new Set([to]);
  return links
    .reverse()
    .map((layer) => {
      const steps = new Map<string, string[]>();
      for (const [source, reached] of layer) {
        const on = [...reached].filter((target) => leading.has(target)).sort();
        if (on.length > 0) steps.set(source, on);
      }
      leading = steps;
      return steps;
    })
    .reverse();
}
