import { useCallback, useRef } from 'react';
import type { CaseItem } from './caseQueries.ts';

/**
 * The id by which an entity is called now. An entity answers to the id of any of its records and is called by the smallest:
 * a fact or a judgement by hand may give it another name, and its undo the earlier one. What was selected stays selected.
 */
export function useIdNow(items: readonly CaseItem[]): (id: string) => string {
  /** Every id an item was ever called by on this page, to the id under which the investigation keeps it. */
  const kept = useRef(new Map<string, string>());
  return useCallback(
    (id: string) => {
      const names = new Map<string, string>();
      for (const { entityId, entity } of items) {
        kept.current.set(entityId, entityId);
        if (!entity) continue;
        kept.current.set(entity.id, entityId);
        names.set(entityId, entity.id);
      }
      return names.get(kept.current.get(id) ?? id) ?? id;
    },
    [items],
  );
}
