/** An import as it stands: its row in operations.imports, and what its result line says. */

import type { RowChange } from '../change/diff.ts';
import type { At } from '../change/read.ts';
import type { FileRemoval } from '../file/file.ts';
import type { Warnings } from './batch.ts';

const importStates = [
  'queued',
  'running',
  'previewed',
  'done',
  'cancelled',
  'failed',
  'undoing',
  'undone',
] as const;
export type ImportState = (typeof importStates)[number];
export type ImportMode = 'merge' | 'replace';

export interface Fates {
  created: number;
  updated: number;
  unchanged: number;
  removed: number;
}

export interface ImportCounts {
  /** Source objects, each with exactly one fate. */
  rows: number;
  records: Fates;
  relationships: Fates;
  references: Fates;
  rejects: number;
  metadata: number;
  superseded: number;
  warnings: number;
}

/** The last line of `summit import --json`. */
export interface ImportResult extends ImportCounts {
  import: string;
  dataset: string;
  mode: ImportMode;
  /** Ends of the dataset's links that no record of it has the id of. */
  unresolved: number;
  /** Of a preview that could not keep all ends in mind: there are at least so many. */
  unresolvedIsExact?: false;
  seconds: number;
}

export interface ImportProgress {
  bytesRead: number;
  bytesTotal: number;
  rows: number;
  rowsPerSecond: number;
  etaSeconds: number | null;
  /** reading, database, disk or waiting: what takes most of the time. */
  slowedBy: string | null;
  rejects: number;
  records: number;
  relationships: number;
}

export interface ReadSettings {
  encoding?: string;
  delimiter?: string;
  sheet?: string;
  /** ISO, DMY or MDY */
  dates?: string;
  /** point or comma */
  decimals?: string;
}

export interface ImportNode {
  at: At;
  id: string;
  jobId: string;
  datasetKey: string;
  datasetTitle: string | null;
  datasetId: string | null;
  fileId: string;
  filename: string;
  bytes: number;
  sha256: string;
  format: string;
  mapping: string | null;
  options: ReadSettings;
  mode: ImportMode;
  marking: number | null;
  isPreview: boolean;
  confirmRemovals: boolean;
  investigationId: string | null;
  reason: string | null;
  retryOf: string | null;
  state: ImportState;
  startedBy: string;
  startedAt: Date | null;
  finishedAt: Date | null;
  checkpoint: number;
  phase: 'read' | 'remove' | 'finish';
  seconds: number;
  counts: ImportCounts;
  progress: ImportProgress;
  warnings: Warnings;
  samples: { rows: RowChange[]; total: number } | null;
  result: ImportResult | null;
  error: { code: string; message: string } | null;
  /** When its original was removed for good, by whom and why. */
  removed: FileRemoval | null;
  /** Whether the reader may see all that the file says. */
  seesWholeFile: boolean;
}

const noFates = (): Fates => ({ created: 0, updated: 0, unchanged: 0, removed: 0 });

export const noCounts = (): ImportCounts => ({
  rows: 0,
  records: noFates(),
  relationships: noFates(),
  references: noFates(),
  rejects: 0,
  metadata: 0,
  superseded: 0,
  warnings: 0,
});

export function addFates(into: Fates, more: Partial<Fates>): void {
  into.created += more.created ?? 0;
  into.updated += more.updated ?? 0;
  into.unchanged += more.unchanged ?? 0;
  into.removed += more.removed ?? 0;
}

export function sumOf(left: ImportCounts, right: ImportCounts): ImportCounts {
  const add = (a: ImportCounts['records'], b: ImportCounts['records']) => ({
    created: a.created + b.created,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    removed: a.removed + b.removed,
  });
  return {
    rows: left.rows + right.rows,
    records: add(left.records, right.records),
    relationships: add(left.relationships, right.relationships),
    references: add(left.references, right.references),
    rejects: left.rejects + right.rejects,
    metadata: left.metadata + right.metadata,
    superseded: left.superseded + right.superseded,
    warnings: left.warnings + right.warnings,
  };
}

/** Rows written or removed. */
export const written = ({ records, relationships, references }: ImportCounts): number =>
  [records, relationships, references].reduce(
    (sum, each) => sum + each.created + each.updated + each.removed,
    0,
  );

/** What is told while it runs and in the end, in the order that callers are promised. */
export function resultLine(
  id: string,
  { datasetKey, mode }: Pick<ImportNode, 'datasetKey' | 'mode'>,
  counts: ImportCounts,
  unresolved: number,
  seconds: number,
): ImportResult {
  const { rows, records, relationships, references, rejects, metadata, superseded, warnings } = counts;
  return {
    import: id,
    dataset: datasetKey,
    mode,
    rows,
    records,
    relationships,
    references,
    unresolved,
    rejects,
    metadata,
    superseded,
    warnings,
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

/** The result line: final once done; while it runs, what there is so far. */
export function resultOf(about: ImportNode): ImportResult | null {
  if (about.result) return about.result;
  if (about.counts.rows === undefined) return null;
  return resultLine(about.id, about, about.counts, 0, about.seconds);
}

/** What an import did, as history tells it: the whole of it, however many changes it took. */
export function sentenceOf({ counts, datasetTitle, datasetKey, filename }: ImportNode): string {
  const kinds = [counts.records, counts.relationships, counts.references];
  const facts = kinds.reduce((sum, each) => sum + each.created + each.updated, 0);
  const removed = kinds.reduce((sum, each) => sum + each.removed, 0);
  const count = (number: number) => `${number.toLocaleString('en-GB')} ${number === 1 ? 'fact' : 'facts'}`;
  const gone = removed > 0 ? `, and removed ${count(removed)}` : '';
  return `Imported ${count(facts)} into ${datasetTitle ?? datasetKey} from ${filename}${gone}`;
}
