/**
 * Connected components of `members` under `pairs`, each sorted, by member. Pairs that name anything else are skipped:
 * a judgement about a record that the reader does not see joins nothing.
 */
export function components(
  members: readonly string[],
  pairs: readonly (readonly [string, string])[],
): Map<string, string[]> {
  const parent = new Map(members.map((id) => [id, id]));
  const rootOf = (id: string): string => {
    let root = id;
    for (let up = parent.get(root)!; up !== root; up = parent.get(root)!) root = up;
    for (let at = id; at !== root; ) {
      const up = parent.get(at)!;
      parent.set(at, root);
      at = up;
    }
    return root;
  };
  for (const [left, right] of pairs) {
    if (!parent.has(left) || !parent.has(right)) continue;
    const [a, b] = [rootOf(left), rootOf(right)];
    if (a !== b) parent.set(a, b);
  }
  const groups = new Map<string, string[]>();
  for (const id of [...members].sort()) {
    const root = rootOf(id);
    const group = groups.get(root);
    if (group) group.push(id);
    else groups.set(root, [id]);
  }
  return new Map(members.map((id) => [id, groups.get(rootOf(id))!]));
}
