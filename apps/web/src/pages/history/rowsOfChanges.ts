import { factsOf } from '../import/importQueries.ts';

/** Where a page of rows begins: in which of several changes, and after which of its rows. */
export type RowsPlace = { at: number; after: string | null };

/** The place after a page: in the same change while it has more, then at the start of the next; undefined after the last. */
export function nextRows(
  { at }: RowsPlace,
  { hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string | null },
  changes: number,
): RowsPlace | undefined {
  if (hasNextPage && endCursor !== null) return { at, after: endCursor };
  return at + 1 < changes ? { at: at + 1, after: null } : undefined;
}

/** What a whole import did to facts, or what its undo did: the same the other way round. */
export function wholeCounts(result: unknown, isUndo: boolean) {
  const { created, updated, removed } = factsOf(result);
  return isUndo
    ? { added: removed, changed: updated, removed: created }
    : { added: created, changed: updated, removed };
}
