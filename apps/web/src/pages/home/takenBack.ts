type Change = { id: string; undoOf: string | null; undoneBy: string | null; actor: { id: string } };

/**
 * The changes without what somebody did and took back again, both acts of it: a check that cleans up after itself is no
 * news. What one person undid of another is, and stays; so does what was done again.
 */
export function withoutTakenBack<One extends Change>(changes: readonly One[]): One[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const gone = new Set<string>();
  for (const undo of changes) {
    const act = undo.undoOf === null ? undefined : byId.get(undo.undoOf);
    if (!act || undo.undoneBy !== null || act.undoneBy !== undo.id || act.actor.id !== undo.actor.id)
      continue;
    gone.add(act.id).add(undo.id);
  }
  return changes.filter(({ id }) => !gone.has(id));
}
