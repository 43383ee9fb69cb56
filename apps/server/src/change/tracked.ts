/**
 * The tables under the log, in the order in which people read a change. `derived` tables follow from others: they have
 * history like any table, but undo computes them again instead of restoring them. Not listed is `removed_files`: what it says
 * cannot be taken back, and is told with the imports of the file.
 */
const TRACKED = [
  { table: 'datasets', kind: 'dataset' },
  { table: 'records', kind: 'record' },
  { table: 'relationships', kind: 'relationship' },
  { table: 'judgements', kind: 'judgement' },
  { table: 'refutations', kind: 'refutation' },
  { table: 'investigations', kind: 'investigation' },
  { table: 'investigation_members', kind: 'member' },
  { table: 'investigation_items', kind: 'item' },
  { table: 'notes', kind: 'note' },
  { table: 'ontology_types', kind: 'schema' },
  { table: 'users', kind: 'user' },
  { table: 'tenants', kind: 'tenant' },
  { table: 'cluster_members', kind: 'membership', derived: true },
  { table: 'clusters', kind: 'cluster', derived: true },
] as const satisfies readonly { table: string; kind: string; derived?: boolean }[];

export type TrackedTable = (typeof TRACKED)[number]['table'];
export type RowKind = (typeof TRACKED)[number]['kind'];

/** Tables that undo restores and that a diff shows. */
export const TOLD = TRACKED.filter((each) => !('derived' in each));
