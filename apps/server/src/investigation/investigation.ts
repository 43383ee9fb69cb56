import type { At } from '../change/read.ts';
import { uuidv5 } from '../ids.ts';

/** A case, at a moment. */
export interface InvestigationNode {
  at: At;
  id: string;
  title: string;
  description: string | null;
  /** Rank, see tenant/marking.ts. */
  marking: number;
  archived: boolean;
  readOnly: boolean;
  notebookId: string;
  createdAt: Date;
  createdBy: string;
  /** The last change to the case, its items, members, notes or notebook. */
  lastChange: number;
  changedAt: Date;
}

/** A place on the chart. It holds one record of its entity, so that it survives every merge and split. */
export interface ItemNode {
  at: At;
  id: string;
  recordId: string;
  /** The entity's visible records, sorted; null when the reader does not see it: removed or hidden. */
  entity: readonly string[] | null;
  x: number | null;
  y: number | null;
  pinned: boolean;
  hidden: boolean;
  group: string | null;
  colour: string | null;
  addedAt: Date;
  addedBy: string;
}

export interface NoteNode {
  at: At;
  id: string;
  investigationId: string;
  text: string;
  targetId: string | null;
  property: string | null;
  value: string | null;
  madeBy: string;
  madeAt: Date;
}

/** Longest title of a case. */
export const TITLE_MOST = 200;

export const MEMBER_ROLES = ['lead', 'editor', 'viewer'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

// Rows that pair two things have an id made from the pair: adding again after removing is the same row, so that undo sees it.
export const itemId = (investigationId: string, recordId: string): string =>
  uuidv5(`item\0${investigationId}\0${recordId}`);
export const memberId = (investigationId: string, userId: string): string =>
  uuidv5(`member\0${investigationId}\0${userId}`);
export const refutationId = (
  investigationId: string,
  record: string,
  property: string,
  value: string,
): string => uuidv5(`refutation\0${investigationId}\0${record}\0${property}\0${value}`);

export const notebookKey = (investigationId: string): string => `notebook-${investigationId}`;
