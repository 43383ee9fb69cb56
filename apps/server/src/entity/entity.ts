import type { At } from '../change/read.ts';

/** An entity as its reader sees it. It has no id of its own: the smallest visible record names it. */
export interface Entity {
  id: string;
  /** Its visible records, sorted. */
  recordIds: readonly string[];
  /** What it is called, where that was read with it. */
  name?: Name | undefined;
}

export interface Name {
  schema: string;
  caption: string;
}

/** An entity at a moment. */
export interface EntityNode extends Entity {
  at: At;
}

/** `recordIds` sorted and not empty, as `clustersOf` gives them. */
export const entityNode = (at: At, recordIds: readonly string[]): EntityNode => ({
  at,
  id: recordIds[0]!,
  recordIds,
});
