/** From rows of cells and a mapping to source objects: what CSV, NDJSON, JSON and XLSX share. */
import { SummitError } from '@summit/process/errors';
import { ontology as defaultOntology } from '../../ontology/ontology.ts';
import { countRepeats } from '../countRepeats.ts';
import { rowKey } from '../identify.ts';
import { type Cells, Columns } from '../mapping/mappingCells.ts';
import { planMapping, rowKeyMark } from '../mapping/mappingPlan.ts';
import { reject } from '../rejecting.ts';
import { Occurrences, type Repeats } from '../repeats.ts';
import {
  limits,
  type ReadOptions,
  type SourceFile,
  type SourceObject,
  type SourceRef,
  type Warning,
} from '../source.ts';
import { type United, Uniter } from '../unite.ts';

export interface TableRow {
  ref: SourceRef;
  /** Absent when the row is a reject, or was passed over. */
  cells?: Cells;
  reject?: SourceObject & { fate: 'reject' };
  warnings?: Warning[];
  /** No row at all: something in the file that is left out. */
  notice?: Warning;
  /** The row's own text, made only when it is needed for a reject. */
  raw?: () => string;
}
/** Reads the table; the first `skip` rows may come without cells. Called twice. */
export type ReadTable = (columns: Columns, skip: number) => AsyncIterable<TableRow[]>;

/** Calls `see` with each row's id when that needs no reading of whole rows. */
export type SeeIds = (idColumn: string, see: (id: string) => void) => Promise<void>;

/** @throws MAPPING_INVALID */
export async function* mapTable(
  file: SourceFile,
  options: ReadOptions,
  read: ReadTable,
  seeIds?: SeeIds,
): AsyncGenerator<SourceObject> {
  if (options.mapping === undefined) {
    throw new SummitError('MAPPING_INVALID', { problem: 'a table needs a mapping; ask for a guessed one' });
  }
  const ontology = options.ontology ?? defaultOntology;
  const columns = new Columns();
  const mapping = {
    ...options.mapping,
    ...(options.dates && { dates: options.dates }),
    ...(options.decimal && { decimal: options.decimal }),
  };
  const plan = planMapping(mapping, columns, ontology);

  // Which ids, and which rows without an id, come again?
  const repeats = await countRepeats(file, options, async (see) => {
    if (plan.idColumn !== undefined && seeIds !== undefined)
      return seeIds(plan.idColumn, (id) => see(id.trim()));
    for await (const rows of read(columns, 0)) {
      for (const { cells } of rows) {
        if (cells === undefined) continue;
        if (plan.needsRowKey) see(`\0${canonicalRow(cells, columns)}`);
        for (const id of plan.ids(cells)) see(id);
      }
    }
  });
  const uniter = new Uniter(repeats, ontology, options.limits?.heldBytes ?? limits.heldBytes);
  const occurrences = new Occurrences();
  const skip = options.skip ?? 0;

  for await (const rows of read(columns, repeats.none ? skip : 0)) {
    for (const row of rows) {
      if (row.notice !== undefined) {
        yield { fate: 'notice', ref: row.ref, rows: [], warnings: [row.notice] };
        continue;
      }
      if (options.sample !== undefined && row.ref.row! > options.sample) return;
      const settled = row.ref.row! <= skip;
      if (row.reject !== undefined) {
        if (!settled) yield row.reject;
        continue;
      }
      if (row.cells === undefined) continue;
      const warnings: Warning[] = row.warnings ?? [];
      const out: United = { facts: [], warnings };
      const entities = plan.map(row.cells, warnings);
      if (plan.needsRowKey && entities.length > 0) {
        const key = keyOfRow(canonicalRow(row.cells, columns), repeats, occurrences);
        for (const entity of entities) if (entity.id === rowKeyMark) entity.id = key;
        for (const { link } of entities) {
          if (link?.source === rowKeyMark) link.source = key;
          if (link?.target === rowKeyMark) link.target = key;
        }
      }
      const isRow = entities.length === 1;
      for (const entity of entities) uniter.add(entity, row.ref, out, isRow);
      if (settled) continue;
      if (out.problem !== undefined && entities.length === 1) {
        yield reject(row.ref, out.problem.code, out.problem.reason, row.raw?.() ?? '');
        // What the earlier rows of this id said stands all the same.
        if (out.facts.length > 0) yield { fate: 'notice', ref: row.ref, rows: out.facts };
      } else if (entities.length === 0) {
        const end = warnings.find(({ code }) => code === 'END_MISSING');
        const reason = end?.detail ?? 'nothing in this row fills a key of the mapping, or no query wants it';
        yield reject(row.ref, end ? 'END_MISSING' : 'NOTHING_MAPPED', reason, row.raw?.() ?? '');
      } else {
        if (out.problem !== undefined)
          warnings.push({ code: asWarning(out.problem.code), detail: out.problem.reason });
        yield { fate: 'rows', ref: row.ref, rows: out.facts, ...(warnings.length > 0 && { warnings }) };
      }
    }
  }
  const rest = uniter.finish();
  if (rest.facts.length > 0 || rest.warnings.length > 0) {
    yield {
      fate: 'notice',
      ref: {},
      rows: rest.facts,
      ...(rest.warnings.length > 0 && { warnings: rest.warnings }),
    };
  }
}

const asWarning = (code: string) => (code === 'END_MISSING' ? 'END_MISSING' : 'INCOMPATIBLE_FRAGMENTS');

/** Equal rows get numbers from 1; only rows that were seen to repeat are counted. */
function keyOfRow(canonical: string, repeats: Repeats, occurrences: Occurrences): string {
  const slot = repeats.slot(`\0${canonical}`);
  const repeated = repeats.count(slot) !== undefined || repeats.isUncounted(slot);
  return rowKey(canonical, repeated ? occurrences.next(canonical) : 1);
}

/** RFC 8785 text of the row as an object, so that the order of columns does not matter. */
function canonicalRow(cells: Cells, columns: Columns): string {
  const filled: [string, string | string[]][] = [];
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at];
    if (cell !== undefined && cell !== '') filled.push([columns.names[at]!, cell]);
  }
  filled.sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(filled);
}
