/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type AddItemsInput = {
  investigationId: string;
  items: Array<ItemInput>;
  reason?: string | null | undefined;
};

export type ArrangeItemsInput = {
  investigationId: string;
  items: Array<ItemInput>;
  reason?: string | null | undefined;
};

export type CommonNeighboursInput = {
  /** What has to be in an answer about now: a position that one was told. One's own changes always are. */
  after?: string | null | undefined;
  entityIds: Array<string>;
  first?: number | null | undefined;
  references?: boolean | null | undefined;
  types?: Array<string> | null | undefined;
};

export type CopyInvestigationInput = {
  id: string;
  reason?: string | null | undefined;
  title?: string | null | undefined;
};

export type CreateEntityInput = {
  investigationId: string;
  marking?: string | null | undefined;
  properties: Array<PropertyInput>;
  reason?: string | null | undefined;
  schema: string;
  /** Puts it on the chart at once, at this place. */
  x?: number | null | undefined;
  y?: number | null | undefined;
};

export type CreateInvestigationInput = {
  description?: string | null | undefined;
  marking?: string | null | undefined;
  reason?: string | null | undefined;
  title: string;
};

export type CreateRelationshipInput = {
  directed?: boolean | null | undefined;
  investigationId: string;
  properties?: Array<PropertyInput> | null | undefined;
  reason?: string | null | undefined;
  source: string;
  target: string;
  type: string;
  validFrom?: string | null | undefined;
  validTo?: string | null | undefined;
};

export type DatasetKind =
  | 'NOTEBOOK'
  | 'SOURCE';

export type DeleteEntityInput = {
  id: string;
  investigationId: string;
  reason?: string | null | undefined;
};

export type DeleteRelationshipInput = {
  id: string;
  investigationId: string;
  reason?: string | null | undefined;
};

export type Direction =
  | 'ANY'
  | 'IN'
  | 'OUT';

export type ExportInput = {
  dataset?: string | null | undefined;
  entityIds?: Array<string> | null | undefined;
  /** csv, json or ftm */
  format: string;
  investigationId?: string | null | undefined;
};

export type ImportActInput = {
  id: string;
  reason?: string | null | undefined;
};

export type ImportMode =
  | 'MERGE'
  | 'REPLACE';

export type ImportOptionsInput = {
  /** ISO, DMY or MDY */
  dates?: string | null | undefined;
  /** point or comma */
  decimals?: string | null | undefined;
  delimiter?: string | null | undefined;
  encoding?: string | null | undefined;
  /** Which sheet of a workbook, or which list of a JSON document; left out, the first. */
  sheet?: string | null | undefined;
};

export type ImportState =
  | 'CANCELLED'
  | 'DONE'
  | 'FAILED'
  | 'PREVIEWED'
  | 'QUEUED'
  | 'RUNNING'
  | 'UNDOING'
  | 'UNDONE';

export type ItemInput = {
  colour?: string | null | undefined;
  entityId: string;
  group?: string | null | undefined;
  hidden?: boolean | null | undefined;
  pinned?: boolean | null | undefined;
  x?: number | null | undefined;
  y?: number | null | undefined;
};

export type JudgeInput = {
  investigationId?: string | null | undefined;
  left: string;
  reason?: string | null | undefined;
  right: string;
  score?: number | null | undefined;
  verdict: Verdict;
};

/** What an undo does about rows that were changed later. */
export type LaterChanges =
  /** Leaves those rows as they are; the rest is undone. */
  | 'KEEP'
  /** Gives those rows their earlier state all the same. */
  | 'OVERWRITE'
  /** Refuses with UNDO_CONFLICT, which names them. */
  | 'REFUSE'
  /** Undoes the later acts first, each as a change of its own. Where that stops half-way, the error's `stopped { undone, of }` counts the acts. */
  | 'UNDO_TOO';

export type NeighbourhoodInput = {
  /** What has to be in an answer about now: a position that one was told. One's own changes always are. */
  after?: string | null | undefined;
  depth?: number | null | undefined;
  direction?: Direction | null | undefined;
  entityIds: Array<string>;
  limit?: number | null | undefined;
  neighbourSchemas?: Array<string> | null | undefined;
  references?: boolean | null | undefined;
  types?: Array<string> | null | undefined;
};

export type PathsInput = {
  /** What has to be in an answer about now: a position that one was told. One's own changes always are. */
  after?: string | null | undefined;
  directed?: boolean | null | undefined;
  from: string;
  /** How many paths, shortest first. As many end the search: whether there are longer ones is not looked for then. */
  k?: number | null | undefined;
  maxHops?: number | null | undefined;
  references?: boolean | null | undefined;
  to: string;
  types?: Array<string> | null | undefined;
};

export type PreviewMappingInput = {
  fileId: string;
  format?: string | null | undefined;
  mapping: string;
  options?: ImportOptionsInput | null | undefined;
};

export type PropertyInput = {
  name: string;
  values: Array<string>;
};

export type RedoInput = {
  investigationId?: string | null | undefined;
  reason?: string | null | undefined;
};

export type RejectInput = {
  property: string;
  record: string;
  value: string;
};

export type RemoveDatasetInput = {
  key: string;
  reason?: string | null | undefined;
};

/** Exactly one of the three. */
export type RemoveFileInput = {
  /** All of its originals but those that another dataset was imported from; these are answered as kept. */
  dataset?: string | null | undefined;
  /** Of an upload. */
  file?: string | null | undefined;
  import?: string | null | undefined;
  reason?: string | null | undefined;
};

export type RemoveItemsInput = {
  entityIds: Array<string>;
  investigationId: string;
  reason?: string | null | undefined;
};

export type RemoveMemberInput = {
  investigationId: string;
  reason?: string | null | undefined;
  userId: string;
};

export type RetryRejectsInput = {
  fileId: string;
  id: string;
  reason?: string | null | undefined;
};

export type SearchFilter = {
  countries?: Array<string> | null | undefined;
  datasets?: Array<string> | null | undefined;
  /** Years or dates: a record matches when a date of it lies within. */
  from?: string | null | undefined;
  includeRevoked?: boolean | null | undefined;
  /** Schema names; a schema also finds those that inherit from it. */
  schemas?: Array<string> | null | undefined;
  to?: string | null | undefined;
};

export type SetMemberInput = {
  investigationId: string;
  reason?: string | null | undefined;
  /** lead, editor or viewer */
  role: string;
  userId: string;
};

export type SplitInput = {
  entityId: string;
  investigationId?: string | null | undefined;
  reason?: string | null | undefined;
  recordIds: Array<string>;
};

export type StartImportInput = {
  /** Confirms a replace that removes more than 10 %. */
  confirmRemovals?: boolean | null | undefined;
  dataset: string;
  datasetTitle?: string | null | undefined;
  fileId: string;
  format?: string | null | undefined;
  investigationId?: string | null | undefined;
  /** FollowTheMoney mapping YAML */
  mapping?: string | null | undefined;
  marking?: string | null | undefined;
  mode?: ImportMode | null | undefined;
  options?: ImportOptionsInput | null | undefined;
  reason?: string | null | undefined;
};

export type TakenOut =
  /** The import that brought it was undone. */
  | 'IMPORT_UNDONE'
  /** A later import, or a person, removed it or its dataset. */
  | 'REMOVED';

export type UndoInput = {
  change?: string | null | undefined;
  investigationId?: string | null | undefined;
  later?: LaterChanges | null | undefined;
  reason?: string | null | undefined;
};

export type UpdateDatasetInput = {
  key: string;
  licence?: string | null | undefined;
  marking?: string | null | undefined;
  publisher?: string | null | undefined;
  reason?: string | null | undefined;
  reliability?: string | null | undefined;
  title?: string | null | undefined;
  url?: string | null | undefined;
};

export type UpdateEntityInput = {
  add?: Array<PropertyInput> | null | undefined;
  id: string;
  investigationId: string;
  reason?: string | null | undefined;
  reject?: Array<RejectInput> | null | undefined;
  /** Takes back values that the notebook itself said. */
  remove?: Array<PropertyInput> | null | undefined;
  /** Takes a refutation back. */
  restore?: Array<RejectInput> | null | undefined;
};

export type UpdateInvestigationInput = {
  archived?: boolean | null | undefined;
  description?: string | null | undefined;
  id: string;
  marking?: string | null | undefined;
  reason?: string | null | undefined;
  title?: string | null | undefined;
};

export type Verdict =
  | 'DIFFERENT'
  | 'SAME'
  | 'UNSURE';

export type WriteNoteInput = {
  /** Left out for a new note. */
  id?: string | null | undefined;
  investigationId: string;
  property?: string | null | undefined;
  reason?: string | null | undefined;
  /** What it is about: a record, relationship or entity id, with a property and value to point at one fact. */
  targetId?: string | null | undefined;
  text: string;
  value?: string | null | undefined;
};

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { id: string, name: string, roles: Array<string>, clearance: string, lastSeen: string | null, tenant: { id: string, name: string }, canUndo: { id: string, summary: string, at: string, action: string, importId: string | null, investigationId: string | null } | null, canRedo: { id: string, summary: string, at: string, undoOf: string | null, investigationId: string | null } | null } };

export type UpdateEntityMutationVariables = Exact<{
  input: UpdateEntityInput;
}>;


export type UpdateEntityMutation = { updateEntity: { change: { id: string, summary: string } | null } };

export type JudgeMutationVariables = Exact<{
  input: JudgeInput;
}>;


export type JudgeMutation = { judge: { ids: Array<string>, change: { id: string, summary: string } | null } };

export type SplitMutationVariables = Exact<{
  input: SplitInput;
}>;


export type SplitMutation = { split: { change: { id: string, summary: string } | null } };

export type WriteNoteMutationVariables = Exact<{
  input: WriteNoteInput;
}>;


export type WriteNoteMutation = { writeNote: { change: { id: string, summary: string } | null } };

export type EntityFieldsFragment = { id: string, caption: string, schema: string, aliases: Array<string>, countries: Array<string>, marking: string, recordCount: number, firstSeen: string | null, lastSeen: string | null, linkTotal: number, datasets: Array<{ key: string, title: string, reliability: string | null, kind: DatasetKind }>, linkCounts: Array<{ type: string, label: string, direction: Direction, count: number, reference: boolean }>, investigations: Array<{ id: string, title: string, readOnly: boolean }>, judgements: Array<{ id: string, verdict: Verdict, reason: string | null, at: string, by: { name: string }, left: { id: string, caption: string }, right: { id: string, caption: string } }>, notes: Array<{ id: string, text: string, at: string, property: string | null, value: string | null, investigationId: string, by: { name: string } }>, facts: Array<{ property: string, label: string, type: string, value: string, conflicting: boolean, validFrom: string | null, validTo: string | null, entity: { id: string, caption: string, schema: string } | null, refuted: { at: string, reason: string | null, recordId: string, by: { name: string } } | null, sources: Array<{ dataset: { key: string, title: string, reliability: string | null, kind: DatasetKind }, record: { id: string }, sourceRef: { row: number | null, line: number | null, alsoRows: Array<number> } | null }> }> };

export type EntityQueryVariables = Exact<{
  id: string;
}>;


export type EntityQuery = { entity: { id: string, caption: string, schema: string, aliases: Array<string>, countries: Array<string>, marking: string, recordCount: number, firstSeen: string | null, lastSeen: string | null, linkTotal: number, datasets: Array<{ key: string, title: string, reliability: string | null, kind: DatasetKind }>, linkCounts: Array<{ type: string, label: string, direction: Direction, count: number, reference: boolean }>, investigations: Array<{ id: string, title: string, readOnly: boolean }>, judgements: Array<{ id: string, verdict: Verdict, reason: string | null, at: string, by: { name: string }, left: { id: string, caption: string }, right: { id: string, caption: string } }>, notes: Array<{ id: string, text: string, at: string, property: string | null, value: string | null, investigationId: string, by: { name: string } }>, facts: Array<{ property: string, label: string, type: string, value: string, conflicting: boolean, validFrom: string | null, validTo: string | null, entity: { id: string, caption: string, schema: string } | null, refuted: { at: string, reason: string | null, recordId: string, by: { name: string } } | null, sources: Array<{ dataset: { key: string, title: string, reliability: string | null, kind: DatasetKind }, record: { id: string }, sourceRef: { row: number | null, line: number | null, alsoRows: Array<number> } | null }> }> } | null };

export type EntityAtQueryVariables = Exact<{
  id: string;
  time?: string | null | undefined;
  position?: string | null | undefined;
}>;


export type EntityAtQuery = { at: { entity: { id: string, caption: string, schema: string, aliases: Array<string>, countries: Array<string>, marking: string, recordCount: number, firstSeen: string | null, lastSeen: string | null, linkTotal: number, datasets: Array<{ key: string, title: string, reliability: string | null, kind: DatasetKind }>, linkCounts: Array<{ type: string, label: string, direction: Direction, count: number, reference: boolean }>, investigations: Array<{ id: string, title: string, readOnly: boolean }>, judgements: Array<{ id: string, verdict: Verdict, reason: string | null, at: string, by: { name: string }, left: { id: string, caption: string }, right: { id: string, caption: string } }>, notes: Array<{ id: string, text: string, at: string, property: string | null, value: string | null, investigationId: string, by: { name: string } }>, facts: Array<{ property: string, label: string, type: string, value: string, conflicting: boolean, validFrom: string | null, validTo: string | null, entity: { id: string, caption: string, schema: string } | null, refuted: { at: string, reason: string | null, recordId: string, by: { name: string } } | null, sources: Array<{ dataset: { key: string, title: string, reliability: string | null, kind: DatasetKind }, record: { id: string }, sourceRef: { row: number | null, line: number | null, alsoRows: Array<number> } | null }> }> } | null } };

export type RecordsFieldsFragment = { records: { bounded: { shown: number, total: number, totalIsExact: boolean }, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, caption: string, schema: string, dataset: { key: string, title: string, reliability: string | null, kind: DatasetKind }, sourceRef: { row: number | null, line: number | null, alsoRows: Array<number> } | null } }> } };

export type EntityRecordsQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type EntityRecordsQuery = { entity: { records: { bounded: { shown: number, total: number, totalIsExact: boolean }, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, caption: string, schema: string, dataset: { key: string, title: string, reliability: string | null, kind: DatasetKind }, sourceRef: { row: number | null, line: number | null, alsoRows: Array<number> } | null } }> } } | null };

export type EntityRecordsAtQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
  time?: string | null | undefined;
  position?: string | null | undefined;
}>;


export type EntityRecordsAtQuery = { at: { entity: { records: { bounded: { shown: number, total: number, totalIsExact: boolean }, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, caption: string, schema: string, dataset: { key: string, title: string, reliability: string | null, kind: DatasetKind }, sourceRef: { row: number | null, line: number | null, alsoRows: Array<number> } | null } }> } } | null } };

export type LinksFieldsFragment = { id: string, links: { bounded: { shown: number, total: number, totalIsExact: boolean }, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, direction: Direction, neighbour: { id: string, caption: string, schema: string } | null, relationship: { id: string, type: string, label: string, validFrom: string | null, validTo: string | null, properties: Array<{ name: string, type: string, values: Array<string> }>, dataset: { key: string, title: string, reliability: string | null } } } }> } };

export type EntityLinksQueryVariables = Exact<{
  id: string;
  type?: string | null | undefined;
  direction?: Direction | null | undefined;
  after?: string | null | undefined;
}>;


export type EntityLinksQuery = { entity: { id: string, links: { bounded: { shown: number, total: number, totalIsExact: boolean }, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, direction: Direction, neighbour: { id: string, caption: string, schema: string } | null, relationship: { id: string, type: string, label: string, validFrom: string | null, validTo: string | null, properties: Array<{ name: string, type: string, values: Array<string> }>, dataset: { key: string, title: string, reliability: string | null } } } }> } } | null };

export type EntityLinksAtQueryVariables = Exact<{
  id: string;
  type?: string | null | undefined;
  direction?: Direction | null | undefined;
  after?: string | null | undefined;
  time?: string | null | undefined;
  position?: string | null | undefined;
}>;


export type EntityLinksAtQuery = { at: { entity: { id: string, links: { bounded: { shown: number, total: number, totalIsExact: boolean }, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, direction: Direction, neighbour: { id: string, caption: string, schema: string } | null, relationship: { id: string, type: string, label: string, validFrom: string | null, validTo: string | null, properties: Array<{ name: string, type: string, values: Array<string> }>, dataset: { key: string, title: string, reliability: string | null } } } }> } } | null } };

export type HistoryFieldsFragment = { history: { bounded: { shown: number, total: number, totalIsExact: boolean }, edges: Array<{ node: { id: string, summary: string, action: string, at: string, reason: string | null, undoneBy: string | null, actor: { name: string } } }> } };

export type EntityHistoryQueryVariables = Exact<{
  id: string;
}>;


export type EntityHistoryQuery = { entity: { history: { bounded: { shown: number, total: number, totalIsExact: boolean }, edges: Array<{ node: { id: string, summary: string, action: string, at: string, reason: string | null, undoneBy: string | null, actor: { name: string } } }> } } | null };

export type EntityHistoryAtQueryVariables = Exact<{
  id: string;
  time?: string | null | undefined;
  position?: string | null | undefined;
}>;


export type EntityHistoryAtQuery = { at: { entity: { history: { bounded: { shown: number, total: number, totalIsExact: boolean }, edges: Array<{ node: { id: string, summary: string, action: string, at: string, reason: string | null, undoneBy: string | null, actor: { name: string } } }> } } | null } };

export type AddItemsMutationVariables = Exact<{
  input: AddItemsInput;
}>;


export type AddItemsMutation = { addItems: { ids: Array<string>, change: { id: string, summary: string } | null } };

export type OntologyQueryVariables = Exact<{ [key: string]: never; }>;


export type OntologyQuery = { ontology: { schemas: Array<{ name: string, label: string, abstract: boolean, isRelationship: boolean, extends: Array<string>, featured: Array<string>, source: string | null, target: string | null, origin: string, properties: Array<{ name: string, label: string, type: string }> }> } };

export type RecordSourceFieldsFragment = { id: string, caption: string, schema: string, validFrom: string | null, validTo: string | null, marking: string, dataset: { key: string, title: string, reliability: string | null, publisher: string | null, kind: DatasetKind }, properties: Array<{ name: string, label: string, type: string, values: Array<string>, entities: Array<{ id: string, caption: string } | null> }>, sourceRef: { alsoRows: Array<number> } | null, source: { filename: string, importId: string, row: number | null, line: number | null, text: string, truncated: boolean, before: Array<string>, after: Array<string>, removed: { at: string, reason: string | null, by: { name: string } } | null } | null };

export type RecordSourceQueryVariables = Exact<{
  id: string;
}>;


export type RecordSourceQuery = { record: { id: string, caption: string, schema: string, validFrom: string | null, validTo: string | null, marking: string, dataset: { key: string, title: string, reliability: string | null, publisher: string | null, kind: DatasetKind }, properties: Array<{ name: string, label: string, type: string, values: Array<string>, entities: Array<{ id: string, caption: string } | null> }>, sourceRef: { alsoRows: Array<number> } | null, source: { filename: string, importId: string, row: number | null, line: number | null, text: string, truncated: boolean, before: Array<string>, after: Array<string>, removed: { at: string, reason: string | null, by: { name: string } } | null } | null } | null };

export type RecordSourceAtQueryVariables = Exact<{
  id: string;
  time?: string | null | undefined;
  position?: string | null | undefined;
}>;


export type RecordSourceAtQuery = { at: { record: { id: string, caption: string, schema: string, validFrom: string | null, validTo: string | null, marking: string, dataset: { key: string, title: string, reliability: string | null, publisher: string | null, kind: DatasetKind }, properties: Array<{ name: string, label: string, type: string, values: Array<string>, entities: Array<{ id: string, caption: string } | null> }>, sourceRef: { alsoRows: Array<number> } | null, source: { filename: string, importId: string, row: number | null, line: number | null, text: string, truncated: boolean, before: Array<string>, after: Array<string>, removed: { at: string, reason: string | null, by: { name: string } } | null } | null } | null } };

export type DatasetsQueryVariables = Exact<{
  after?: string | null | undefined;
  includeNotebooks: boolean;
}>;


export type DatasetsQuery = { datasets: { bounded: { total: number }, pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { id: string, key: string, title: string, kind: DatasetKind, publisher: string | null, reliability: string | null, marking: string, investigationId: string | null, counts: { records: number, relationships: number, references: number, unresolved: number | null } } }> } };

export type DatasetNamesQueryVariables = Exact<{ [key: string]: never; }>;


export type DatasetNamesQuery = { datasets: { bounded: { total: number }, edges: Array<{ node: { key: string, title: string } }> } };

export type DatasetPageQueryVariables = Exact<{
  key: string;
}>;


export type DatasetPageQuery = { dataset: { id: string, key: string, title: string, kind: DatasetKind, publisher: string | null, url: string | null, licence: string | null, reliability: string | null, marking: string, metadata: unknown, investigationId: string | null, counts: { records: number, relationships: number, references: number, unresolved: number | null } } | null };

export type UpdateDatasetMutationVariables = Exact<{
  input: UpdateDatasetInput;
}>;


export type UpdateDatasetMutation = { updateDataset: { change: { id: string, summary: string } | null } };

export type RemoveDatasetMutationVariables = Exact<{
  input: RemoveDatasetInput;
}>;


export type RemoveDatasetMutation = { removeDataset: { change: { id: string, summary: string } | null } };

export type ChangesQueryVariables = Exact<{
  investigationId?: string | null | undefined;
  actorId?: string | null | undefined;
  action?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ChangesQuery = { changes: { bounded: { shown: number, total: number, totalIsExact: boolean }, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, action: string, summary: string, reason: string | null, at: string, rows: number, canUndo: boolean, undoOf: string | null, undoneBy: string | null, importId: string | null, investigationId: string | null, import: { state: ImportState, result: unknown } | null, actor: { id: string, name: string, kind: string } } }> } };

export type ChangeDetailQueryVariables = Exact<{
  id: string;
}>;


export type ChangeDetailQuery = { change: { id: string, action: string, summary: string, reason: string | null, at: string, rows: number, canUndo: boolean, undoOf: string | null, undoneBy: string | null, importId: string | null, investigationId: string | null, actor: { id: string, name: string, kind: string }, targets: Array<{ id: string, kind: string, caption: string | null }>, import: { state: ImportState, result: unknown } | null, details: { added: number, changed: number, removed: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, bounded: { shown: number, total: number, totalIsExact: boolean }, rows: Array<{ id: string, act: string, kind: string, caption: string | null, before: unknown, after: unknown }> } } | null };

export type ImportBatchesQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type ImportBatchesQuery = { import: { changes: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { id: string, rows: number, undoOf: string | null } }> } } | null };

export type ChangeRowsQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type ChangeRowsQuery = { change: { details: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, rows: Array<{ id: string, act: string, kind: string, caption: string | null, before: unknown, after: unknown }> } } | null };

export type DiffQueryVariables = Exact<{
  from: string;
  to?: string | null | undefined;
  investigationId?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type DiffQuery = { diff: { added: number, changed: number, removed: number, bounded: { total: number, totalIsExact: boolean }, pageInfo: { hasNextPage: boolean, endCursor: string | null }, rows: Array<{ id: string, act: string, kind: string, caption: string | null, before: unknown, after: unknown }> } };

export type InvestigationTitleQueryVariables = Exact<{
  id: string;
}>;


export type InvestigationTitleQuery = { investigation: { title: string } | null };

export type UndoneActQueryVariables = Exact<{
  id: string;
}>;


export type UndoneActQuery = { change: { action: string, undoOf: string | null } | null };

export type UndoMutationVariables = Exact<{
  input: UndoInput;
  preview?: boolean | null | undefined;
}>;


export type UndoMutation = { undo: { change: { id: string, summary: string } | null, import: { id: string, filename: string } | null, preview: { bounded: { shown: number, total: number, totalIsExact: boolean }, rows: Array<{ id: string, act: string, kind: string, caption: string | null, before: unknown, after: unknown }> } | null } };

export type RedoMutationVariables = Exact<{
  input: RedoInput;
}>;


export type RedoMutation = { redo: { change: { id: string, summary: string } | null } };

export type UndoImportMutationVariables = Exact<{
  input: ImportActInput;
}>;


export type UndoImportMutation = { undoImport: { import: { id: string, state: ImportState } } };

export type InvestigationsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type InvestigationsQuery = { investigations: { bounded: { total: number }, pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { id: string, title: string, description: string | null, marking: string, archived: boolean, readOnly: boolean, itemCount: number, changesSinceSeen: number, changedAt: string, members: Array<{ role: string, user: { id: string, name: string } }> } }> } };

export type HomeImportsQueryVariables = Exact<{
  active?: boolean | null | undefined;
  first?: number | null | undefined;
}>;


export type HomeImportsQuery = { imports: { bounded: { total: number }, edges: Array<{ node: { id: string, filename: string, datasetKey: string, state: ImportState, isPreview: boolean, result: unknown, startedAt: string | null, finishedAt: string | null, progress: { rows: number, rowsPerSecond: number, etaSeconds: number | null, bytesRead: number, bytesTotal: number, slowedBy: string | null } } }> } };

export type CreateInvestigationMutationVariables = Exact<{
  input: CreateInvestigationInput;
}>;


export type CreateInvestigationMutation = { createInvestigation: { ids: Array<string>, change: { id: string, summary: string } | null } };

export type CopyInvestigationMutationVariables = Exact<{
  input: CopyInvestigationInput;
}>;


export type CopyInvestigationMutation = { copyInvestigation: { ids: Array<string>, change: { id: string, summary: string } | null } };

export type PictureQueryVariables = Exact<{
  id: string;
}>;


export type PictureQuery = { investigation: { id: string, items: { edges: Array<{ node: { entityId: string, x: number | null, y: number | null, entity: { id: string, schema: string } | null } }> }, graph: { links: Array<{ source: string, target: string, datasets: number, relationshipIds: Array<string> }> } } | null };

export type StartImportMutationVariables = Exact<{
  input: StartImportInput;
  preview?: boolean | null | undefined;
}>;


export type StartImportMutation = { startImport: { import: { id: string, state: ImportState } } };

export type CancelImportMutationVariables = Exact<{
  input: ImportActInput;
}>;


export type CancelImportMutation = { cancelImport: { import: { id: string, state: ImportState } } };

export type ResumeImportMutationVariables = Exact<{
  input: ImportActInput;
}>;


export type ResumeImportMutation = { resumeImport: { import: { id: string, state: ImportState } } };

export type RetryRejectsMutationVariables = Exact<{
  input: RetryRejectsInput;
}>;


export type RetryRejectsMutation = { retryRejects: { import: { id: string, state: ImportState } } };

export type RemoveOriginalMutationVariables = Exact<{
  input: RemoveFileInput;
}>;


export type RemoveOriginalMutation = { removeFile: { change: { id: string, summary: string } | null } };

export type UploadedQueryVariables = Exact<{
  id: string;
}>;


export type UploadedQuery = { uploadedFile: { id: string, filename: string, bytes: number, format: string | null, encoding: string | null, delimiter: string | null, sheets: Array<string>, sha256: string, warnings: Array<string>, mapping: string | null, rows: Array<Array<string>>, columns: Array<{ name: string, becomes: string | null, samples: Array<string> }> } | null };

export type MappingPreviewQueryVariables = Exact<{
  input: PreviewMappingInput;
}>;


export type MappingPreviewQuery = { previewMapping: { errors: Array<string>, ends: Array<{ found: number, of: number, dataset: { key: string, title: string } }>, rejects: Array<{ id: string, row: number | null, line: number | null, code: string, reason: string, raw: string }>, rows: Array<{ id: string, kind: string, act: string, caption: string | null, after: unknown }> } };

export type SchemasQueryVariables = Exact<{ [key: string]: never; }>;


export type SchemasQuery = { ontology: { schemas: Array<{ name: string, label: string, abstract: boolean, isRelationship: boolean, origin: string, featured: Array<string>, properties: Array<{ name: string, label: string, type: string }> }> } };

export type DatasetThereQueryVariables = Exact<{
  key: string;
}>;


export type DatasetThereQuery = { dataset: { key: string, title: string, counts: { records: number } } | null };

export type ImportJobQueryVariables = Exact<{
  id: string;
}>;


export type ImportJobQuery = { import: { id: string, state: ImportState, isPreview: boolean, filename: string, format: string, mode: string, bytes: number, sha256: string, mapping: string | null, datasetKey: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, result: unknown, dataset: { key: string, title: string, marking: string } | null, startedBy: { name: string }, removed: { at: string, reason: string | null, by: { name: string } } | null, error: { code: string, message: string } | null, progress: { rows: number, records: number, relationships: number, rejects: number, bytesRead: number, bytesTotal: number, rowsPerSecond: number, etaSeconds: number | null, slowedBy: string | null }, preview: { bounded: { shown: number, total: number, totalIsExact: boolean }, rows: Array<{ id: string, kind: string, act: string, caption: string | null, before: unknown, after: unknown }> } | null, rejects: { hidden: number, bounded: { shown: number, total: number, totalIsExact: boolean }, edges: Array<{ node: { id: string, row: number | null, line: number | null, code: string, reason: string, raw: string } }> } } | null };

export type ImportsQueryVariables = Exact<{
  dataset?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type ImportsQuery = { imports: { bounded: { total: number }, pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { id: string, filename: string, bytes: number, datasetKey: string, state: ImportState, isPreview: boolean, result: unknown, startedAt: string | null, startedBy: { name: string }, progress: { rows: number, rejects: number }, removed: { at: string, reason: string | null, by: { name: string } } | null } }> } };

export type SearchQueryVariables = Exact<{
  query: string;
  filter?: SearchFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SearchQuery = { search: { notes: Array<string>, bounded: { shown: number, total: number, totalIsExact: boolean, complete: boolean, reason: string | null }, pageInfo: { endCursor: string | null, hasNextPage: boolean }, facets: Array<{ name: string, exact: boolean, values: Array<{ value: string, label: string, count: number }> }>, hits: Array<{ score: number, matches: Array<{ property: string, label: string, value: string, how: string, spans: Array<Array<number>> }>, entity: { id: string, caption: string, schema: string, countries: Array<string>, recordCount: number, datasets: Array<{ key: string, title: string, reliability: string | null }> } }> } };

export type ExportManifestQueryVariables = Exact<{
  input: ExportInput;
}>;


export type ExportManifestQuery = { exportManifest: { url: string, records: number, relationships: number, references: number, complete: boolean, losses: Array<{ what: string, count: number }> } };

export type ProjectionsQueryVariables = Exact<{ [key: string]: never; }>;


export type ProjectionsQuery = { projections: Array<{ name: string, state: string, lagChanges: number, lagIsExact: boolean, lagSeconds: number }> };

export type InvestigationChangedSubscriptionVariables = Exact<{
  id: string;
}>;


export type InvestigationChangedSubscription = { investigationChanged: { id: string, summary: string, action: string, at: string, actor: { id: string, name: string }, touched: Array<{ id: string, kind: string }> } };

export type RelationshipQueryVariables = Exact<{
  id: string;
}>;


export type RelationshipQuery = { relationship: { id: string, label: string, type: string, validFrom: string | null, validTo: string | null, reference: boolean, dataset: { key: string, title: string, reliability: string | null, kind: DatasetKind }, properties: Array<{ name: string, label: string, type: string, values: Array<string>, entities: Array<{ id: string, caption: string } | null> }>, sourceRow: { filename: string, row: number | null, line: number | null, text: string, truncated: boolean } | null } | null };

export type ArrangeMutationVariables = Exact<{
  input: ArrangeItemsInput;
}>;


export type ArrangeMutation = { arrangeItems: { change: { id: string, summary: string } | null } };

export type RemoveItemsMutationVariables = Exact<{
  input: RemoveItemsInput;
}>;


export type RemoveItemsMutation = { removeItems: { change: { id: string, summary: string } | null } };

export type CreateEntityMutationVariables = Exact<{
  input: CreateEntityInput;
}>;


export type CreateEntityMutation = { createEntity: { ids: Array<string>, change: { id: string, summary: string } | null, hints: Array<{ entity: { id: string, caption: string, schema: string } }> } };

export type DeleteEntityMutationVariables = Exact<{
  input: DeleteEntityInput;
}>;


export type DeleteEntityMutation = { deleteEntity: { change: { id: string, summary: string } | null } };

export type CreateRelationshipMutationVariables = Exact<{
  input: CreateRelationshipInput;
}>;


export type CreateRelationshipMutation = { createRelationship: { ids: Array<string>, change: { id: string, summary: string } | null } };

export type DeleteRelationshipMutationVariables = Exact<{
  input: DeleteRelationshipInput;
}>;


export type DeleteRelationshipMutation = { deleteRelationship: { change: { id: string, summary: string } | null } };

export type UpdateInvestigationMutationVariables = Exact<{
  input: UpdateInvestigationInput;
}>;


export type UpdateInvestigationMutation = { updateInvestigation: { change: { id: string, summary: string } | null } };

export type MarkSeenMutationVariables = Exact<{
  investigationId?: string | null | undefined;
}>;


export type MarkSeenMutation = { markSeen: string };

export type MomentFieldsFragment = { at: string, position: string, change: { id: string, summary: string, at: string, actor: { name: string } } | null };

export type CaseFieldsFragment = { id: string, title: string, description: string | null, marking: string, archived: boolean, readOnly: boolean, itemCount: number, createdAt: string, changedAt: string, createdBy: { id: string, name: string }, members: Array<{ role: string, user: { id: string, name: string } }>, notebook: { id: string, key: string }, notes: Array<{ id: string, text: string, at: string, targetId: string | null, by: { name: string } }>, items: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { entityId: string, takenOut: TakenOut | null, x: number | null, y: number | null, pinned: boolean, hidden: boolean, entity: { id: string, caption: string, schema: string, countries: Array<string>, lastSeen: string | null, datasets: Array<{ key: string, title: string, kind: DatasetKind }> } | null } }> } };

export type CaseQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type CaseQuery = { investigation: { id: string, title: string, description: string | null, marking: string, archived: boolean, readOnly: boolean, itemCount: number, createdAt: string, changedAt: string, createdBy: { id: string, name: string }, members: Array<{ role: string, user: { id: string, name: string } }>, notebook: { id: string, key: string }, notes: Array<{ id: string, text: string, at: string, targetId: string | null, by: { name: string } }>, items: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { entityId: string, takenOut: TakenOut | null, x: number | null, y: number | null, pinned: boolean, hidden: boolean, entity: { id: string, caption: string, schema: string, countries: Array<string>, lastSeen: string | null, datasets: Array<{ key: string, title: string, kind: DatasetKind }> } | null } }> } } | null };

export type CaseAtQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
  time?: string | null | undefined;
  position?: string | null | undefined;
}>;


export type CaseAtQuery = { at: { at: string, position: string, investigation: { id: string, title: string, description: string | null, marking: string, archived: boolean, readOnly: boolean, itemCount: number, createdAt: string, changedAt: string, createdBy: { id: string, name: string }, members: Array<{ role: string, user: { id: string, name: string } }>, notebook: { id: string, key: string }, notes: Array<{ id: string, text: string, at: string, targetId: string | null, by: { name: string } }>, items: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { entityId: string, takenOut: TakenOut | null, x: number | null, y: number | null, pinned: boolean, hidden: boolean, entity: { id: string, caption: string, schema: string, countries: Array<string>, lastSeen: string | null, datasets: Array<{ key: string, title: string, kind: DatasetKind }> } | null } }> } } | null, change: { id: string, summary: string, at: string, actor: { name: string } } | null } };

export type CaseRightsQueryVariables = Exact<{
  id: string;
}>;


export type CaseRightsQuery = { investigation: { archived: boolean, readOnly: boolean, members: Array<{ role: string, user: { id: string, name: string } }> } | null };

export type GraphFieldsFragment = { bounded: { complete: boolean, shown: number, total: number }, links: Array<{ source: string, target: string, type: string, label: string, directed: boolean, reference: boolean, datasets: number, relationshipIds: Array<string>, validFrom: string | null, validTo: string | null }> };

export type CaseGraphQueryVariables = Exact<{
  id: string;
  references: boolean;
}>;


export type CaseGraphQuery = { investigation: { graph: { bounded: { complete: boolean, shown: number, total: number }, links: Array<{ source: string, target: string, type: string, label: string, directed: boolean, reference: boolean, datasets: number, relationshipIds: Array<string>, validFrom: string | null, validTo: string | null }> } } | null };

export type CaseGraphAtQueryVariables = Exact<{
  id: string;
  references: boolean;
  time?: string | null | undefined;
  position?: string | null | undefined;
}>;


export type CaseGraphAtQuery = { at: { investigation: { graph: { bounded: { complete: boolean, shown: number, total: number }, links: Array<{ source: string, target: string, type: string, label: string, directed: boolean, reference: boolean, datasets: number, relationshipIds: Array<string>, validFrom: string | null, validTo: string | null }> } } | null } };

export type WeightFieldsFragment = { id: string, linkTotal: number, facts: Array<{ property: string, conflicting: boolean, refuted: { at: string } | null }> };

export type WeightsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type WeightsQuery = { entities: Array<{ id: string, linkTotal: number, facts: Array<{ property: string, conflicting: boolean, refuted: { at: string } | null }> } | null> };

export type WeightsAtQueryVariables = Exact<{
  ids: Array<string> | string;
  time?: string | null | undefined;
  position?: string | null | undefined;
}>;


export type WeightsAtQuery = { at: { entities: Array<{ id: string, linkTotal: number, facts: Array<{ property: string, conflicting: boolean, refuted: { at: string } | null }> } | null> } };

export type LinkCountsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type LinkCountsQuery = { entities: Array<{ id: string, caption: string, linkCounts: Array<{ type: string, label: string, direction: Direction, count: number, reference: boolean }> } | null> };

export type NeighbourhoodQueryVariables = Exact<{
  input: NeighbourhoodInput;
}>;


export type NeighbourhoodQuery = { neighbourhood: { bounded: { complete: boolean, total: number, totalIsExact: boolean }, entities: Array<{ id: string, caption: string, schema: string, countries: Array<string>, lastSeen: string | null, datasets: Array<{ key: string, title: string, kind: DatasetKind }> }> } };

export type LinksAmongQueryVariables = Exact<{
  ids: Array<string> | string;
  references: boolean;
}>;


export type LinksAmongQuery = { subgraph: { bounded: { complete: boolean, shown: number, total: number }, links: Array<{ source: string, target: string, type: string, label: string, directed: boolean, reference: boolean, datasets: number, relationshipIds: Array<string>, validFrom: string | null, validTo: string | null }> } };

export type FoundFieldsFragment = { id: string, caption: string, schema: string, countries: Array<string>, lastSeen: string | null, datasets: Array<{ key: string, title: string, kind: DatasetKind }> };

export type PathsFieldsFragment = { bounded: { complete: boolean, reason: string | null, shown: number, total: number, totalIsExact: boolean }, entities: Array<{ id: string, caption: string, schema: string, countries: Array<string>, lastSeen: string | null, datasets: Array<{ key: string, title: string, kind: DatasetKind }> }>, paths: Array<{ hops: number, entityIds: Array<string>, links: Array<{ source: string, target: string, label: string, type: string, directed: boolean, reference: boolean, relationshipIds: Array<string> }> }> };

export type PathsQueryVariables = Exact<{
  input: PathsInput;
}>;


export type PathsQuery = { paths: { bounded: { complete: boolean, reason: string | null, shown: number, total: number, totalIsExact: boolean }, entities: Array<{ id: string, caption: string, schema: string, countries: Array<string>, lastSeen: string | null, datasets: Array<{ key: string, title: string, kind: DatasetKind }> }>, paths: Array<{ hops: number, entityIds: Array<string>, links: Array<{ source: string, target: string, label: string, type: string, directed: boolean, reference: boolean, relationshipIds: Array<string> }> }> } };

export type MomentPathsQueryVariables = Exact<{
  input: PathsInput;
  time?: string | null | undefined;
  position?: string | null | undefined;
}>;


export type MomentPathsQuery = { at: { paths: { bounded: { complete: boolean, reason: string | null, shown: number, total: number, totalIsExact: boolean }, entities: Array<{ id: string, caption: string, schema: string, countries: Array<string>, lastSeen: string | null, datasets: Array<{ key: string, title: string, kind: DatasetKind }> }>, paths: Array<{ hops: number, entityIds: Array<string>, links: Array<{ source: string, target: string, label: string, type: string, directed: boolean, reference: boolean, relationshipIds: Array<string> }> }> } } };

export type CommonFieldsFragment = { bounded: { complete: boolean, reason: string | null, shown: number, total: number, totalIsExact: boolean }, neighbours: Array<{ entity: { id: string, caption: string, schema: string, countries: Array<string>, lastSeen: string | null, datasets: Array<{ key: string, title: string, kind: DatasetKind }> }, links: Array<{ source: string, target: string, label: string }> }> };

export type CommonNeighboursQueryVariables = Exact<{
  input: CommonNeighboursInput;
}>;


export type CommonNeighboursQuery = { commonNeighbours: { bounded: { complete: boolean, reason: string | null, shown: number, total: number, totalIsExact: boolean }, neighbours: Array<{ entity: { id: string, caption: string, schema: string, countries: Array<string>, lastSeen: string | null, datasets: Array<{ key: string, title: string, kind: DatasetKind }> }, links: Array<{ source: string, target: string, label: string }> }> } };

export type MomentCommonNeighboursQueryVariables = Exact<{
  input: CommonNeighboursInput;
  time?: string | null | undefined;
  position?: string | null | undefined;
}>;


export type MomentCommonNeighboursQuery = { at: { commonNeighbours: { bounded: { complete: boolean, reason: string | null, shown: number, total: number, totalIsExact: boolean }, neighbours: Array<{ entity: { id: string, caption: string, schema: string, countries: Array<string>, lastSeen: string | null, datasets: Array<{ key: string, title: string, kind: DatasetKind }> }, links: Array<{ source: string, target: string, label: string }> }> } } };

export type PeopleQueryVariables = Exact<{
  name?: string | null | undefined;
}>;


export type PeopleQuery = { people: Array<{ id: string, name: string }> };

export type SetMemberMutationVariables = Exact<{
  input: SetMemberInput;
}>;


export type SetMemberMutation = { setMember: { change: { id: string, summary: string } | null } };

export type RemoveMemberMutationVariables = Exact<{
  input: RemoveMemberInput;
}>;


export type RemoveMemberMutation = { removeMember: { change: { id: string, summary: string } | null } };

export type NamesNowQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type NamesNowQuery = { entities: Array<{ id: string } | null> };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const EntityFieldsFragmentDoc = new TypedDocumentString(`
    fragment EntityFields on Entity {
  id
  caption
  schema
  aliases
  countries
  marking
  recordCount
  firstSeen
  lastSeen
  linkTotal
  datasets {
    key
    title
    reliability
    kind
  }
  linkCounts {
    type
    label
    direction
    count
    reference
  }
  investigations {
    id
    title
    readOnly
  }
  judgements {
    id
    verdict
    reason
    at
    by {
      name
    }
    left {
      id
      caption
    }
    right {
      id
      caption
    }
  }
  notes {
    id
    text
    at
    by {
      name
    }
    property
    value
    investigationId
  }
  facts {
    property
    label
    type
    value
    conflicting
    validFrom
    validTo
    entity {
      id
      caption
      schema
    }
    refuted {
      at
      reason
      by {
        name
      }
      recordId
    }
    sources {
      dataset {
        key
        title
        reliability
        kind
      }
      record {
        id
      }
      sourceRef {
        row
        line
        alsoRows
      }
    }
  }
}
    `, {"fragmentName":"EntityFields"}) as unknown as TypedDocumentString<EntityFieldsFragment, unknown>;
export const RecordsFieldsFragmentDoc = new TypedDocumentString(`
    fragment RecordsFields on Entity {
  records(first: 50, after: $after) {
    bounded {
      shown
      total
      totalIsExact
    }
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        caption
        schema
        dataset {
          key
          title
          reliability
          kind
        }
        sourceRef {
          row
          line
          alsoRows
        }
      }
    }
  }
}
    `, {"fragmentName":"RecordsFields"}) as unknown as TypedDocumentString<RecordsFieldsFragment, unknown>;
export const LinksFieldsFragmentDoc = new TypedDocumentString(`
    fragment LinksFields on Entity {
  id
  links(first: 25, after: $after, type: $type, direction: $direction) {
    bounded {
      shown
      total
      totalIsExact
    }
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        direction
        neighbour {
          id
          caption
          schema
        }
        relationship {
          id
          type
          label
          validFrom
          validTo
          properties {
            name
            type
            values
          }
          dataset {
            key
            title
            reliability
          }
        }
      }
    }
  }
}
    `, {"fragmentName":"LinksFields"}) as unknown as TypedDocumentString<LinksFieldsFragment, unknown>;
export const HistoryFieldsFragmentDoc = new TypedDocumentString(`
    fragment HistoryFields on Entity {
  history(first: 50) {
    bounded {
      shown
      total
      totalIsExact
    }
    edges {
      node {
        id
        summary
        action
        at
        reason
        undoneBy
        actor {
          name
        }
      }
    }
  }
}
    `, {"fragmentName":"HistoryFields"}) as unknown as TypedDocumentString<HistoryFieldsFragment, unknown>;
export const RecordSourceFieldsFragmentDoc = new TypedDocumentString(`
    fragment RecordSourceFields on Record {
  id
  caption
  schema
  validFrom
  validTo
  marking
  dataset {
    key
    title
    reliability
    publisher
    kind
  }
  properties {
    name
    label
    type
    values
    entities {
      id
      caption
    }
  }
  sourceRef {
    alsoRows
  }
  source {
    filename
    importId
    row
    line
    text
    truncated
    before
    after
    removed {
      at
      reason
      by {
        name
      }
    }
  }
}
    `, {"fragmentName":"RecordSourceFields"}) as unknown as TypedDocumentString<RecordSourceFieldsFragment, unknown>;
export const MomentFieldsFragmentDoc = new TypedDocumentString(`
    fragment MomentFields on Moment {
  at
  position
  change {
    id
    summary
    at
    actor {
      name
    }
  }
}
    `, {"fragmentName":"MomentFields"}) as unknown as TypedDocumentString<MomentFieldsFragment, unknown>;
export const CaseFieldsFragmentDoc = new TypedDocumentString(`
    fragment CaseFields on Investigation {
  id
  title
  description
  marking
  archived
  readOnly
  itemCount
  createdAt
  changedAt
  createdBy {
    id
    name
  }
  members {
    role
    user {
      id
      name
    }
  }
  notebook {
    id
    key
  }
  notes {
    id
    text
    at
    targetId
    by {
      name
    }
  }
  items(first: 1000, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        entityId
        takenOut
        x
        y
        pinned
        hidden
        entity {
          id
          caption
          schema
          countries
          lastSeen
          datasets {
            key
            title
            kind
          }
        }
      }
    }
  }
}
    `, {"fragmentName":"CaseFields"}) as unknown as TypedDocumentString<CaseFieldsFragment, unknown>;
export const GraphFieldsFragmentDoc = new TypedDocumentString(`
    fragment GraphFields on Subgraph {
  bounded {
    complete
    shown
    total
  }
  links {
    source
    target
    type
    label
    directed
    reference
    datasets
    relationshipIds
    validFrom
    validTo
  }
}
    `, {"fragmentName":"GraphFields"}) as unknown as TypedDocumentString<GraphFieldsFragment, unknown>;
export const WeightFieldsFragmentDoc = new TypedDocumentString(`
    fragment WeightFields on Entity {
  id
  linkTotal
  facts {
    property
    conflicting
    refuted {
      at
    }
  }
}
    `, {"fragmentName":"WeightFields"}) as unknown as TypedDocumentString<WeightFieldsFragment, unknown>;
export const FoundFieldsFragmentDoc = new TypedDocumentString(`
    fragment FoundFields on Entity {
  id
  caption
  schema
  countries
  lastSeen
  datasets {
    key
    title
    kind
  }
}
    `, {"fragmentName":"FoundFields"}) as unknown as TypedDocumentString<FoundFieldsFragment, unknown>;
export const PathsFieldsFragmentDoc = new TypedDocumentString(`
    fragment PathsFields on PathsResult {
  bounded {
    complete
    reason
    shown
    total
    totalIsExact
  }
  entities {
    ...FoundFields
  }
  paths {
    hops
    entityIds
    links {
      source
      target
      label
      type
      directed
      reference
      relationshipIds
    }
  }
}
    fragment FoundFields on Entity {
  id
  caption
  schema
  countries
  lastSeen
  datasets {
    key
    title
    kind
  }
}`, {"fragmentName":"PathsFields"}) as unknown as TypedDocumentString<PathsFieldsFragment, unknown>;
export const CommonFieldsFragmentDoc = new TypedDocumentString(`
    fragment CommonFields on CommonNeighboursResult {
  bounded {
    complete
    reason
    shown
    total
    totalIsExact
  }
  neighbours {
    entity {
      ...FoundFields
    }
    links {
      source
      target
      label
    }
  }
}
    fragment FoundFields on Entity {
  id
  caption
  schema
  countries
  lastSeen
  datasets {
    key
    title
    kind
  }
}`, {"fragmentName":"CommonFields"}) as unknown as TypedDocumentString<CommonFieldsFragment, unknown>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    id
    name
    roles
    clearance
    tenant {
      id
      name
    }
    lastSeen
    canUndo {
      id
      summary
      at
      action
      importId
      investigationId
    }
    canRedo {
      id
      summary
      at
      undoOf
      investigationId
    }
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const UpdateEntityDocument = new TypedDocumentString(`
    mutation UpdateEntity($input: UpdateEntityInput!) {
  updateEntity(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateEntityMutation, UpdateEntityMutationVariables>;
export const JudgeDocument = new TypedDocumentString(`
    mutation Judge($input: JudgeInput!) {
  judge(input: $input) {
    change {
      id
      summary
    }
    ids
  }
}
    `) as unknown as TypedDocumentString<JudgeMutation, JudgeMutationVariables>;
export const SplitDocument = new TypedDocumentString(`
    mutation Split($input: SplitInput!) {
  split(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<SplitMutation, SplitMutationVariables>;
export const WriteNoteDocument = new TypedDocumentString(`
    mutation WriteNote($input: WriteNoteInput!) {
  writeNote(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<WriteNoteMutation, WriteNoteMutationVariables>;
export const EntityDocument = new TypedDocumentString(`
    query Entity($id: ID!) {
  entity(id: $id) {
    ...EntityFields
  }
}
    fragment EntityFields on Entity {
  id
  caption
  schema
  aliases
  countries
  marking
  recordCount
  firstSeen
  lastSeen
  linkTotal
  datasets {
    key
    title
    reliability
    kind
  }
  linkCounts {
    type
    label
    direction
    count
    reference
  }
  investigations {
    id
    title
    readOnly
  }
  judgements {
    id
    verdict
    reason
    at
    by {
      name
    }
    left {
      id
      caption
    }
    right {
      id
      caption
    }
  }
  notes {
    id
    text
    at
    by {
      name
    }
    property
    value
    investigationId
  }
  facts {
    property
    label
    type
    value
    conflicting
    validFrom
    validTo
    entity {
      id
      caption
      schema
    }
    refuted {
      at
      reason
      by {
        name
      }
      recordId
    }
    sources {
      dataset {
        key
        title
        reliability
        kind
      }
      record {
        id
      }
      sourceRef {
        row
        line
        alsoRows
      }
    }
  }
}`) as unknown as TypedDocumentString<EntityQuery, EntityQueryVariables>;
export const EntityAtDocument = new TypedDocumentString(`
    query EntityAt($id: ID!, $time: DateTime, $position: Position) {
  at(time: $time, position: $position) {
    entity(id: $id) {
      ...EntityFields
    }
  }
}
    fragment EntityFields on Entity {
  id
  caption
  schema
  aliases
  countries
  marking
  recordCount
  firstSeen
  lastSeen
  linkTotal
  datasets {
    key
    title
    reliability
    kind
  }
  linkCounts {
    type
    label
    direction
    count
    reference
  }
  investigations {
    id
    title
    readOnly
  }
  judgements {
    id
    verdict
    reason
    at
    by {
      name
    }
    left {
      id
      caption
    }
    right {
      id
      caption
    }
  }
  notes {
    id
    text
    at
    by {
      name
    }
    property
    value
    investigationId
  }
  facts {
    property
    label
    type
    value
    conflicting
    validFrom
    validTo
    entity {
      id
      caption
      schema
    }
    refuted {
      at
      reason
      by {
        name
      }
      recordId
    }
    sources {
      dataset {
        key
        title
        reliability
        kind
      }
      record {
        id
      }
      sourceRef {
        row
        line
        alsoRows
      }
    }
  }
}`) as unknown as TypedDocumentString<EntityAtQuery, EntityAtQueryVariables>;
export const EntityRecordsDocument = new TypedDocumentString(`
    query EntityRecords($id: ID!, $after: String) {
  entity(id: $id) {
    ...RecordsFields
  }
}
    fragment RecordsFields on Entity {
  records(first: 50, after: $after) {
    bounded {
      shown
      total
      totalIsExact
    }
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        caption
        schema
        dataset {
          key
          title
          reliability
          kind
        }
        sourceRef {
          row
          line
          alsoRows
        }
      }
    }
  }
}`) as unknown as TypedDocumentString<EntityRecordsQuery, EntityRecordsQueryVariables>;
export const EntityRecordsAtDocument = new TypedDocumentString(`
    query EntityRecordsAt($id: ID!, $after: String, $time: DateTime, $position: Position) {
  at(time: $time, position: $position) {
    entity(id: $id) {
      ...RecordsFields
    }
  }
}
    fragment RecordsFields on Entity {
  records(first: 50, after: $after) {
    bounded {
      shown
      total
      totalIsExact
    }
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        caption
        schema
        dataset {
          key
          title
          reliability
          kind
        }
        sourceRef {
          row
          line
          alsoRows
        }
      }
    }
  }
}`) as unknown as TypedDocumentString<EntityRecordsAtQuery, EntityRecordsAtQueryVariables>;
export const EntityLinksDocument = new TypedDocumentString(`
    query EntityLinks($id: ID!, $type: String, $direction: Direction, $after: String) {
  entity(id: $id) {
    ...LinksFields
  }
}
    fragment LinksFields on Entity {
  id
  links(first: 25, after: $after, type: $type, direction: $direction) {
    bounded {
      shown
      total
      totalIsExact
    }
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        direction
        neighbour {
          id
          caption
          schema
        }
        relationship {
          id
          type
          label
          validFrom
          validTo
          properties {
            name
            type
            values
          }
          dataset {
            key
            title
            reliability
          }
        }
      }
    }
  }
}`) as unknown as TypedDocumentString<EntityLinksQuery, EntityLinksQueryVariables>;
export const EntityLinksAtDocument = new TypedDocumentString(`
    query EntityLinksAt($id: ID!, $type: String, $direction: Direction, $after: String, $time: DateTime, $position: Position) {
  at(time: $time, position: $position) {
    entity(id: $id) {
      ...LinksFields
    }
  }
}
    fragment LinksFields on Entity {
  id
  links(first: 25, after: $after, type: $type, direction: $direction) {
    bounded {
      shown
      total
      totalIsExact
    }
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        direction
        neighbour {
          id
          caption
          schema
        }
        relationship {
          id
          type
          label
          validFrom
          validTo
          properties {
            name
            type
            values
          }
          dataset {
            key
            title
            reliability
          }
        }
      }
    }
  }
}`) as unknown as TypedDocumentString<EntityLinksAtQuery, EntityLinksAtQueryVariables>;
export const EntityHistoryDocument = new TypedDocumentString(`
    query EntityHistory($id: ID!) {
  entity(id: $id) {
    ...HistoryFields
  }
}
    fragment HistoryFields on Entity {
  history(first: 50) {
    bounded {
      shown
      total
      totalIsExact
    }
    edges {
      node {
        id
        summary
        action
        at
        reason
        undoneBy
        actor {
          name
        }
      }
    }
  }
}`) as unknown as TypedDocumentString<EntityHistoryQuery, EntityHistoryQueryVariables>;
export const EntityHistoryAtDocument = new TypedDocumentString(`
    query EntityHistoryAt($id: ID!, $time: DateTime, $position: Position) {
  at(time: $time, position: $position) {
    entity(id: $id) {
      ...HistoryFields
    }
  }
}
    fragment HistoryFields on Entity {
  history(first: 50) {
    bounded {
      shown
      total
      totalIsExact
    }
    edges {
      node {
        id
        summary
        action
        at
        reason
        undoneBy
        actor {
          name
        }
      }
    }
  }
}`) as unknown as TypedDocumentString<EntityHistoryAtQuery, EntityHistoryAtQueryVariables>;
export const AddItemsDocument = new TypedDocumentString(`
    mutation AddItems($input: AddItemsInput!) {
  addItems(input: $input) {
    change {
      id
      summary
    }
    ids
  }
}
    `) as unknown as TypedDocumentString<AddItemsMutation, AddItemsMutationVariables>;
export const OntologyDocument = new TypedDocumentString(`
    query Ontology {
  ontology {
    schemas {
      name
      label
      abstract
      isRelationship
      extends
      featured
      source
      target
      origin
      properties {
        name
        label
        type
      }
    }
  }
}
    `) as unknown as TypedDocumentString<OntologyQuery, OntologyQueryVariables>;
export const RecordSourceDocument = new TypedDocumentString(`
    query RecordSource($id: ID!) {
  record(id: $id) {
    ...RecordSourceFields
  }
}
    fragment RecordSourceFields on Record {
  id
  caption
  schema
  validFrom
  validTo
  marking
  dataset {
    key
    title
    reliability
    publisher
    kind
  }
  properties {
    name
    label
    type
    values
    entities {
      id
      caption
    }
  }
  sourceRef {
    alsoRows
  }
  source {
    filename
    importId
    row
    line
    text
    truncated
    before
    after
    removed {
      at
      reason
      by {
        name
      }
    }
  }
}`) as unknown as TypedDocumentString<RecordSourceQuery, RecordSourceQueryVariables>;
export const RecordSourceAtDocument = new TypedDocumentString(`
    query RecordSourceAt($id: ID!, $time: DateTime, $position: Position) {
  at(time: $time, position: $position) {
    record(id: $id) {
      ...RecordSourceFields
    }
  }
}
    fragment RecordSourceFields on Record {
  id
  caption
  schema
  validFrom
  validTo
  marking
  dataset {
    key
    title
    reliability
    publisher
    kind
  }
  properties {
    name
    label
    type
    values
    entities {
      id
      caption
    }
  }
  sourceRef {
    alsoRows
  }
  source {
    filename
    importId
    row
    line
    text
    truncated
    before
    after
    removed {
      at
      reason
      by {
        name
      }
    }
  }
}`) as unknown as TypedDocumentString<RecordSourceAtQuery, RecordSourceAtQueryVariables>;
export const DatasetsDocument = new TypedDocumentString(`
    query Datasets($after: String, $includeNotebooks: Boolean!) {
  datasets(first: 100, after: $after, includeNotebooks: $includeNotebooks) {
    bounded {
      total
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        id
        key
        title
        kind
        publisher
        reliability
        marking
        investigationId
        counts {
          records
          relationships
          references
          unresolved
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<DatasetsQuery, DatasetsQueryVariables>;
export const DatasetNamesDocument = new TypedDocumentString(`
    query DatasetNames {
  datasets(first: 1000) {
    bounded {
      total
    }
    edges {
      node {
        key
        title
      }
    }
  }
}
    `) as unknown as TypedDocumentString<DatasetNamesQuery, DatasetNamesQueryVariables>;
export const DatasetPageDocument = new TypedDocumentString(`
    query DatasetPage($key: String!) {
  dataset(key: $key) {
    id
    key
    title
    kind
    publisher
    url
    licence
    reliability
    marking
    metadata
    investigationId
    counts {
      records
      relationships
      references
      unresolved
    }
  }
}
    `) as unknown as TypedDocumentString<DatasetPageQuery, DatasetPageQueryVariables>;
export const UpdateDatasetDocument = new TypedDocumentString(`
    mutation UpdateDataset($input: UpdateDatasetInput!) {
  updateDataset(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateDatasetMutation, UpdateDatasetMutationVariables>;
export const RemoveDatasetDocument = new TypedDocumentString(`
    mutation RemoveDataset($input: RemoveDatasetInput!) {
  removeDataset(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<RemoveDatasetMutation, RemoveDatasetMutationVariables>;
export const ChangesDocument = new TypedDocumentString(`
    query Changes($investigationId: ID, $actorId: ID, $action: String, $first: Int, $after: String) {
  changes(
    investigationId: $investigationId
    actorId: $actorId
    action: $action
    first: $first
    after: $after
    wholeImports: true
  ) {
    bounded {
      shown
      total
      totalIsExact
    }
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        action
        summary
        reason
        at
        rows
        canUndo
        undoOf
        undoneBy
        importId
        investigationId
        import {
          state
          result
        }
        actor {
          id
          name
          kind
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ChangesQuery, ChangesQueryVariables>;
export const ChangeDetailDocument = new TypedDocumentString(`
    query ChangeDetail($id: Position!) {
  change(id: $id) {
    id
    action
    summary
    reason
    at
    rows
    canUndo
    undoOf
    undoneBy
    importId
    investigationId
    actor {
      id
      name
      kind
    }
    targets {
      id
      kind
      caption
    }
    import {
      state
      result
    }
    details(first: 60) {
      pageInfo {
        hasNextPage
        endCursor
      }
      added
      changed
      removed
      bounded {
        shown
        total
        totalIsExact
      }
      rows {
        id
        act
        kind
        caption
        before
        after
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ChangeDetailQuery, ChangeDetailQueryVariables>;
export const ImportBatchesDocument = new TypedDocumentString(`
    query ImportBatches($id: ID!, $after: String) {
  import(id: $id) {
    changes(first: 200, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          rows
          undoOf
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ImportBatchesQuery, ImportBatchesQueryVariables>;
export const ChangeRowsDocument = new TypedDocumentString(`
    query ChangeRows($id: Position!, $after: String) {
  change(id: $id) {
    details(first: 60, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      rows {
        id
        act
        kind
        caption
        before
        after
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ChangeRowsQuery, ChangeRowsQueryVariables>;
export const DiffDocument = new TypedDocumentString(`
    query Diff($from: Position!, $to: Position, $investigationId: ID, $after: String) {
  diff(
    from: $from
    to: $to
    investigationId: $investigationId
    first: 60
    after: $after
  ) {
    added
    changed
    removed
    bounded {
      total
      totalIsExact
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    rows {
      id
      act
      kind
      caption
      before
      after
    }
  }
}
    `) as unknown as TypedDocumentString<DiffQuery, DiffQueryVariables>;
export const InvestigationTitleDocument = new TypedDocumentString(`
    query InvestigationTitle($id: ID!) {
  investigation(id: $id) {
    title
  }
}
    `) as unknown as TypedDocumentString<InvestigationTitleQuery, InvestigationTitleQueryVariables>;
export const UndoneActDocument = new TypedDocumentString(`
    query UndoneAct($id: Position!) {
  change(id: $id) {
    action
    undoOf
  }
}
    `) as unknown as TypedDocumentString<UndoneActQuery, UndoneActQueryVariables>;
export const UndoDocument = new TypedDocumentString(`
    mutation Undo($input: UndoInput!, $preview: Boolean) {
  undo(input: $input, preview: $preview) {
    change {
      id
      summary
    }
    import {
      id
      filename
    }
    preview {
      bounded {
        shown
        total
        totalIsExact
      }
      rows {
        id
        act
        kind
        caption
        before
        after
      }
    }
  }
}
    `) as unknown as TypedDocumentString<UndoMutation, UndoMutationVariables>;
export const RedoDocument = new TypedDocumentString(`
    mutation Redo($input: RedoInput!) {
  redo(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<RedoMutation, RedoMutationVariables>;
export const UndoImportDocument = new TypedDocumentString(`
    mutation UndoImport($input: ImportActInput!) {
  undoImport(input: $input) {
    import {
      id
      state
    }
  }
}
    `) as unknown as TypedDocumentString<UndoImportMutation, UndoImportMutationVariables>;
export const InvestigationsDocument = new TypedDocumentString(`
    query Investigations($first: Int, $after: String) {
  investigations(first: $first, after: $after) {
    bounded {
      total
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        id
        title
        description
        marking
        archived
        readOnly
        itemCount
        changesSinceSeen
        changedAt
        members {
          role
          user {
            id
            name
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<InvestigationsQuery, InvestigationsQueryVariables>;
export const HomeImportsDocument = new TypedDocumentString(`
    query HomeImports($active: Boolean, $first: Int) {
  imports(active: $active, first: $first) {
    bounded {
      total
    }
    edges {
      node {
        id
        filename
        datasetKey
        state
        isPreview
        result
        startedAt
        finishedAt
        progress {
          rows
          rowsPerSecond
          etaSeconds
          bytesRead
          bytesTotal
          slowedBy
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<HomeImportsQuery, HomeImportsQueryVariables>;
export const CreateInvestigationDocument = new TypedDocumentString(`
    mutation CreateInvestigation($input: CreateInvestigationInput!) {
  createInvestigation(input: $input) {
    ids
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<CreateInvestigationMutation, CreateInvestigationMutationVariables>;
export const CopyInvestigationDocument = new TypedDocumentString(`
    mutation CopyInvestigation($input: CopyInvestigationInput!) {
  copyInvestigation(input: $input) {
    ids
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<CopyInvestigationMutation, CopyInvestigationMutationVariables>;
export const PictureDocument = new TypedDocumentString(`
    query Picture($id: ID!) {
  investigation(id: $id) {
    id
    items(first: 120) {
      edges {
        node {
          entityId
          x
          y
          entity {
            id
            schema
          }
        }
      }
    }
    graph {
      links {
        source
        target
        datasets
        relationshipIds
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PictureQuery, PictureQueryVariables>;
export const StartImportDocument = new TypedDocumentString(`
    mutation StartImport($input: StartImportInput!, $preview: Boolean) {
  startImport(input: $input, preview: $preview) {
    import {
      id
      state
    }
  }
}
    `) as unknown as TypedDocumentString<StartImportMutation, StartImportMutationVariables>;
export const CancelImportDocument = new TypedDocumentString(`
    mutation CancelImport($input: ImportActInput!) {
  cancelImport(input: $input) {
    import {
      id
      state
    }
  }
}
    `) as unknown as TypedDocumentString<CancelImportMutation, CancelImportMutationVariables>;
export const ResumeImportDocument = new TypedDocumentString(`
    mutation ResumeImport($input: ImportActInput!) {
  resumeImport(input: $input) {
    import {
      id
      state
    }
  }
}
    `) as unknown as TypedDocumentString<ResumeImportMutation, ResumeImportMutationVariables>;
export const RetryRejectsDocument = new TypedDocumentString(`
    mutation RetryRejects($input: RetryRejectsInput!) {
  retryRejects(input: $input) {
    import {
      id
      state
    }
  }
}
    `) as unknown as TypedDocumentString<RetryRejectsMutation, RetryRejectsMutationVariables>;
export const RemoveOriginalDocument = new TypedDocumentString(`
    mutation RemoveOriginal($input: RemoveFileInput!) {
  removeFile(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<RemoveOriginalMutation, RemoveOriginalMutationVariables>;
export const UploadedDocument = new TypedDocumentString(`
    query Uploaded($id: ID!) {
  uploadedFile(id: $id) {
    id
    filename
    bytes
    format
    encoding
    delimiter
    sheets
    sha256
    warnings
    mapping
    rows
    columns {
      name
      becomes
      samples
    }
  }
}
    `) as unknown as TypedDocumentString<UploadedQuery, UploadedQueryVariables>;
export const MappingPreviewDocument = new TypedDocumentString(`
    query MappingPreview($input: PreviewMappingInput!) {
  previewMapping(input: $input) {
    errors
    ends {
      found
      of
      dataset {
        key
        title
      }
    }
    rejects {
      id
      row
      line
      code
      reason
      raw
    }
    rows {
      id
      kind
      act
      caption
      after
    }
  }
}
    `) as unknown as TypedDocumentString<MappingPreviewQuery, MappingPreviewQueryVariables>;
export const SchemasDocument = new TypedDocumentString(`
    query Schemas {
  ontology {
    schemas {
      name
      label
      abstract
      isRelationship
      origin
      featured
      properties {
        name
        label
        type
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SchemasQuery, SchemasQueryVariables>;
export const DatasetThereDocument = new TypedDocumentString(`
    query DatasetThere($key: String!) {
  dataset(key: $key) {
    key
    title
    counts {
      records
    }
  }
}
    `) as unknown as TypedDocumentString<DatasetThereQuery, DatasetThereQueryVariables>;
export const ImportJobDocument = new TypedDocumentString(`
    query ImportJob($id: ID!) {
  import(id: $id) {
    id
    state
    isPreview
    filename
    format
    mode
    bytes
    sha256
    mapping
    datasetKey
    dataset {
      key
      title
      marking
    }
    startedAt
    finishedAt
    startedBy {
      name
    }
    warnings
    result
    removed {
      by {
        name
      }
      at
      reason
    }
    error {
      code
      message
    }
    progress {
      rows
      records
      relationships
      rejects
      bytesRead
      bytesTotal
      rowsPerSecond
      etaSeconds
      slowedBy
    }
    preview {
      bounded {
        shown
        total
        totalIsExact
      }
      rows {
        id
        kind
        act
        caption
        before
        after
      }
    }
    rejects(first: 50) {
      hidden
      bounded {
        shown
        total
        totalIsExact
      }
      edges {
        node {
          id
          row
          line
          code
          reason
          raw
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ImportJobQuery, ImportJobQueryVariables>;
export const ImportsDocument = new TypedDocumentString(`
    query Imports($dataset: String, $after: String) {
  imports(first: 50, after: $after, dataset: $dataset) {
    bounded {
      total
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        id
        filename
        bytes
        datasetKey
        state
        isPreview
        result
        startedAt
        startedBy {
          name
        }
        progress {
          rows
          rejects
        }
        removed {
          by {
            name
          }
          at
          reason
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ImportsQuery, ImportsQueryVariables>;
export const SearchDocument = new TypedDocumentString(`
    query Search($query: String!, $filter: SearchFilter, $first: Int, $after: String) {
  search(query: $query, filter: $filter, first: $first, after: $after) {
    bounded {
      shown
      total
      totalIsExact
      complete
      reason
    }
    notes
    pageInfo {
      endCursor
      hasNextPage
    }
    facets {
      name
      exact
      values {
        value
        label
        count
      }
    }
    hits {
      score
      matches {
        property
        label
        value
        how
        spans
      }
      entity {
        id
        caption
        schema
        countries
        recordCount
        datasets {
          key
          title
          reliability
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SearchQuery, SearchQueryVariables>;
export const ExportManifestDocument = new TypedDocumentString(`
    query ExportManifest($input: ExportInput!) {
  exportManifest(input: $input) {
    url
    records
    relationships
    references
    complete
    losses {
      what
      count
    }
  }
}
    `) as unknown as TypedDocumentString<ExportManifestQuery, ExportManifestQueryVariables>;
export const ProjectionsDocument = new TypedDocumentString(`
    query Projections {
  projections {
    name
    state
    lagChanges
    lagIsExact
    lagSeconds
  }
}
    `) as unknown as TypedDocumentString<ProjectionsQuery, ProjectionsQueryVariables>;
export const InvestigationChangedDocument = new TypedDocumentString(`
    subscription InvestigationChanged($id: ID!) {
  investigationChanged(investigationId: $id) {
    id
    summary
    action
    at
    actor {
      id
      name
    }
    touched {
      id
      kind
    }
  }
}
    `) as unknown as TypedDocumentString<InvestigationChangedSubscription, InvestigationChangedSubscriptionVariables>;
export const RelationshipDocument = new TypedDocumentString(`
    query Relationship($id: ID!) {
  relationship(id: $id) {
    id
    label
    type
    validFrom
    validTo
    reference
    dataset {
      key
      title
      reliability
      kind
    }
    properties {
      name
      label
      type
      values
      entities {
        id
        caption
      }
    }
    sourceRow {
      filename
      row
      line
      text
      truncated
    }
  }
}
    `) as unknown as TypedDocumentString<RelationshipQuery, RelationshipQueryVariables>;
export const ArrangeDocument = new TypedDocumentString(`
    mutation Arrange($input: ArrangeItemsInput!) {
  arrangeItems(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<ArrangeMutation, ArrangeMutationVariables>;
export const RemoveItemsDocument = new TypedDocumentString(`
    mutation RemoveItems($input: RemoveItemsInput!) {
  removeItems(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<RemoveItemsMutation, RemoveItemsMutationVariables>;
export const CreateEntityDocument = new TypedDocumentString(`
    mutation CreateEntity($input: CreateEntityInput!) {
  createEntity(input: $input) {
    ids
    change {
      id
      summary
    }
    hints {
      entity {
        id
        caption
        schema
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CreateEntityMutation, CreateEntityMutationVariables>;
export const DeleteEntityDocument = new TypedDocumentString(`
    mutation DeleteEntity($input: DeleteEntityInput!) {
  deleteEntity(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteEntityMutation, DeleteEntityMutationVariables>;
export const CreateRelationshipDocument = new TypedDocumentString(`
    mutation CreateRelationship($input: CreateRelationshipInput!) {
  createRelationship(input: $input) {
    ids
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<CreateRelationshipMutation, CreateRelationshipMutationVariables>;
export const DeleteRelationshipDocument = new TypedDocumentString(`
    mutation DeleteRelationship($input: DeleteRelationshipInput!) {
  deleteRelationship(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteRelationshipMutation, DeleteRelationshipMutationVariables>;
export const UpdateInvestigationDocument = new TypedDocumentString(`
    mutation UpdateInvestigation($input: UpdateInvestigationInput!) {
  updateInvestigation(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateInvestigationMutation, UpdateInvestigationMutationVariables>;
export const MarkSeenDocument = new TypedDocumentString(`
    mutation MarkSeen($investigationId: ID) {
  markSeen(investigationId: $investigationId)
}
    `) as unknown as TypedDocumentString<MarkSeenMutation, MarkSeenMutationVariables>;
export const CaseDocument = new TypedDocumentString(`
    query Case($id: ID!, $after: String) {
  investigation(id: $id) {
    ...CaseFields
  }
}
    fragment CaseFields on Investigation {
  id
  title
  description
  marking
  archived
  readOnly
  itemCount
  createdAt
  changedAt
  createdBy {
    id
    name
  }
  members {
    role
    user {
      id
      name
    }
  }
  notebook {
    id
    key
  }
  notes {
    id
    text
    at
    targetId
    by {
      name
    }
  }
  items(first: 1000, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        entityId
        takenOut
        x
        y
        pinned
        hidden
        entity {
          id
          caption
          schema
          countries
          lastSeen
          datasets {
            key
            title
            kind
          }
        }
      }
    }
  }
}`) as unknown as TypedDocumentString<CaseQuery, CaseQueryVariables>;
export const CaseAtDocument = new TypedDocumentString(`
    query CaseAt($id: ID!, $after: String, $time: DateTime, $position: Position) {
  at(time: $time, position: $position) {
    ...MomentFields
    investigation(id: $id) {
      ...CaseFields
    }
  }
}
    fragment MomentFields on Moment {
  at
  position
  change {
    id
    summary
    at
    actor {
      name
    }
  }
}
fragment CaseFields on Investigation {
  id
  title
  description
  marking
  archived
  readOnly
  itemCount
  createdAt
  changedAt
  createdBy {
    id
    name
  }
  members {
    role
    user {
      id
      name
    }
  }
  notebook {
    id
    key
  }
  notes {
    id
    text
    at
    targetId
    by {
      name
    }
  }
  items(first: 1000, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        entityId
        takenOut
        x
        y
        pinned
        hidden
        entity {
          id
          caption
          schema
          countries
          lastSeen
          datasets {
            key
            title
            kind
          }
        }
      }
    }
  }
}`) as unknown as TypedDocumentString<CaseAtQuery, CaseAtQueryVariables>;
export const CaseRightsDocument = new TypedDocumentString(`
    query CaseRights($id: ID!) {
  investigation(id: $id) {
    archived
    readOnly
    members {
      role
      user {
        id
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CaseRightsQuery, CaseRightsQueryVariables>;
export const CaseGraphDocument = new TypedDocumentString(`
    query CaseGraph($id: ID!, $references: Boolean!) {
  investigation(id: $id) {
    graph(references: $references) {
      ...GraphFields
    }
  }
}
    fragment GraphFields on Subgraph {
  bounded {
    complete
    shown
    total
  }
  links {
    source
    target
    type
    label
    directed
    reference
    datasets
    relationshipIds
    validFrom
    validTo
  }
}`) as unknown as TypedDocumentString<CaseGraphQuery, CaseGraphQueryVariables>;
export const CaseGraphAtDocument = new TypedDocumentString(`
    query CaseGraphAt($id: ID!, $references: Boolean!, $time: DateTime, $position: Position) {
  at(time: $time, position: $position) {
    investigation(id: $id) {
      graph(references: $references) {
        ...GraphFields
      }
    }
  }
}
    fragment GraphFields on Subgraph {
  bounded {
    complete
    shown
    total
  }
  links {
    source
    target
    type
    label
    directed
    reference
    datasets
    relationshipIds
    validFrom
    validTo
  }
}`) as unknown as TypedDocumentString<CaseGraphAtQuery, CaseGraphAtQueryVariables>;
export const WeightsDocument = new TypedDocumentString(`
    query Weights($ids: [ID!]!) {
  entities(ids: $ids) {
    ...WeightFields
  }
}
    fragment WeightFields on Entity {
  id
  linkTotal
  facts {
    property
    conflicting
    refuted {
      at
    }
  }
}`) as unknown as TypedDocumentString<WeightsQuery, WeightsQueryVariables>;
export const WeightsAtDocument = new TypedDocumentString(`
    query WeightsAt($ids: [ID!]!, $time: DateTime, $position: Position) {
  at(time: $time, position: $position) {
    entities(ids: $ids) {
      ...WeightFields
    }
  }
}
    fragment WeightFields on Entity {
  id
  linkTotal
  facts {
    property
    conflicting
    refuted {
      at
    }
  }
}`) as unknown as TypedDocumentString<WeightsAtQuery, WeightsAtQueryVariables>;
export const LinkCountsDocument = new TypedDocumentString(`
    query LinkCounts($ids: [ID!]!) {
  entities(ids: $ids) {
    id
    caption
    linkCounts {
      type
      label
      direction
      count
      reference
    }
  }
}
    `) as unknown as TypedDocumentString<LinkCountsQuery, LinkCountsQueryVariables>;
export const NeighbourhoodDocument = new TypedDocumentString(`
    query Neighbourhood($input: NeighbourhoodInput!) {
  neighbourhood(input: $input) {
    bounded {
      complete
      total
      totalIsExact
    }
    entities {
      id
      caption
      schema
      countries
      lastSeen
      datasets {
        key
        title
        kind
      }
    }
  }
}
    `) as unknown as TypedDocumentString<NeighbourhoodQuery, NeighbourhoodQueryVariables>;
export const LinksAmongDocument = new TypedDocumentString(`
    query LinksAmong($ids: [ID!]!, $references: Boolean!) {
  subgraph(entityIds: $ids, references: $references) {
    ...GraphFields
  }
}
    fragment GraphFields on Subgraph {
  bounded {
    complete
    shown
    total
  }
  links {
    source
    target
    type
    label
    directed
    reference
    datasets
    relationshipIds
    validFrom
    validTo
  }
}`) as unknown as TypedDocumentString<LinksAmongQuery, LinksAmongQueryVariables>;
export const PathsDocument = new TypedDocumentString(`
    query Paths($input: PathsInput!) {
  paths(input: $input) {
    ...PathsFields
  }
}
    fragment FoundFields on Entity {
  id
  caption
  schema
  countries
  lastSeen
  datasets {
    key
    title
    kind
  }
}
fragment PathsFields on PathsResult {
  bounded {
    complete
    reason
    shown
    total
    totalIsExact
  }
  entities {
    ...FoundFields
  }
  paths {
    hops
    entityIds
    links {
      source
      target
      label
      type
      directed
      reference
      relationshipIds
    }
  }
}`) as unknown as TypedDocumentString<PathsQuery, PathsQueryVariables>;
export const MomentPathsDocument = new TypedDocumentString(`
    query MomentPaths($input: PathsInput!, $time: DateTime, $position: Position) {
  at(time: $time, position: $position) {
    paths(input: $input) {
      ...PathsFields
    }
  }
}
    fragment FoundFields on Entity {
  id
  caption
  schema
  countries
  lastSeen
  datasets {
    key
    title
    kind
  }
}
fragment PathsFields on PathsResult {
  bounded {
    complete
    reason
    shown
    total
    totalIsExact
  }
  entities {
    ...FoundFields
  }
  paths {
    hops
    entityIds
    links {
      source
      target
      label
      type
      directed
      reference
      relationshipIds
    }
  }
}`) as unknown as TypedDocumentString<MomentPathsQuery, MomentPathsQueryVariables>;
export const CommonNeighboursDocument = new TypedDocumentString(`
    query CommonNeighbours($input: CommonNeighboursInput!) {
  commonNeighbours(input: $input) {
    ...CommonFields
  }
}
    fragment FoundFields on Entity {
  id
  caption
  schema
  countries
  lastSeen
  datasets {
    key
    title
    kind
  }
}
fragment CommonFields on CommonNeighboursResult {
  bounded {
    complete
    reason
    shown
    total
    totalIsExact
  }
  neighbours {
    entity {
      ...FoundFields
    }
    links {
      source
      target
      label
    }
  }
}`) as unknown as TypedDocumentString<CommonNeighboursQuery, CommonNeighboursQueryVariables>;
export const MomentCommonNeighboursDocument = new TypedDocumentString(`
    query MomentCommonNeighbours($input: CommonNeighboursInput!, $time: DateTime, $position: Position) {
  at(time: $time, position: $position) {
    commonNeighbours(input: $input) {
      ...CommonFields
    }
  }
}
    fragment FoundFields on Entity {
  id
  caption
  schema
  countries
  lastSeen
  datasets {
    key
    title
    kind
  }
}
fragment CommonFields on CommonNeighboursResult {
  bounded {
    complete
    reason
    shown
    total
    totalIsExact
  }
  neighbours {
    entity {
      ...FoundFields
    }
    links {
      source
      target
      label
    }
  }
}`) as unknown as TypedDocumentString<MomentCommonNeighboursQuery, MomentCommonNeighboursQueryVariables>;
export const PeopleDocument = new TypedDocumentString(`
    query People($name: String) {
  people(name: $name, first: 50) {
    id
    name
  }
}
    `) as unknown as TypedDocumentString<PeopleQuery, PeopleQueryVariables>;
export const SetMemberDocument = new TypedDocumentString(`
    mutation SetMember($input: SetMemberInput!) {
  setMember(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<SetMemberMutation, SetMemberMutationVariables>;
export const RemoveMemberDocument = new TypedDocumentString(`
    mutation RemoveMember($input: RemoveMemberInput!) {
  removeMember(input: $input) {
    change {
      id
      summary
    }
  }
}
    `) as unknown as TypedDocumentString<RemoveMemberMutation, RemoveMemberMutationVariables>;
export const NamesNowDocument = new TypedDocumentString(`
    query NamesNow($ids: [ID!]!) {
  entities(ids: $ids) {
    id
  }
}
    `) as unknown as TypedDocumentString<NamesNowQuery, NamesNowQueryVariables>;