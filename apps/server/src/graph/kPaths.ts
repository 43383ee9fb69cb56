/** Links between neighbouring positions of all walks of one length: `hop` n joins position n to n + 1. */
export interface Layers {
  hop: readonly number[];
  sources: readonly string[];
  targets: readonly string[];
}

/**
 * The first `k` walks of `hops` hops from `from` to `to` that visit no entity twice, by ids. `entityOf` names a record's
 * entity. Every link of `layers` lies on some walk, so that of shortest walks none is tried in vain.
 */
export function kPaths(
  { hop, sources, targets }: Layers,
  ends: { from: string; to: string; hops: number; k: number },
  entityOf: (record: string) => string,
): string[][] {
  const next = Array.from({ length: ends.hops }, () => new Map<string, Set<string>>());
  hop.forEach((position, index) => {
    const [source, target] = [entityOf(sources[index]!), entityOf(targets[index]!)];
    const known = next[position]!.get(source);
    if (known) known.add(target);
    else next[position]!.set(source, new Set([target]));
  });
  const found: string[][] = [];
  const path = [ends.from];
  const walk = (): void => {
    const here = path.at(-1)!;
    if (path.length === ends.hops + 1) {
      if (here === ends.to) found.push([...path]);
      return;
    }
    for (const there of [...(next[path.length - 1]!.get(here) ?? [])].sort()) {
      if (found.length === ends.k) return;
      if (path.includes(there) || (there === ends.to && path.length < ends.hops)) continue;
      path.push(there);
      walk();
      path.pop();
    }
  };
  walk();
  return found;
}
