import type { At } from '../change/read.ts';

/** An entity as its reader sees it at a moment. It has no id of its own: the smallest visible record names it. */
export interface EntityNode {
  at: At;
  id: string;
  /** Its visible records, sorted. */
  recordIds: readonly string[];
}

/** `recordIds` sorted and not empty, as `clustersOf` gives them. */
export const entityNode = (at: At, recordIds: readonly string[]): EntityNode => ({
  at,
  id: recordIds[0]!,
  recordIds,
});
