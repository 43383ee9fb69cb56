/** When the database refuses a batch for what stands in it: finds the source objects it refuses, so that they alone are rejected. */
import type { Context } from '../context.ts';
import type { SourceRef as KeptRef } from '../record/record.ts';
import type { Batch, RejectedRow } from './batch.ts';
import { copiedCell } from './copyText.ts';
import { type Preparer, Unfit } from './prepare.ts';
import { type Running, stopHere } from './running.ts';
import type { SourceRef } from './source.ts';
import { sourceRow } from './sourceRow.ts';
import { tryBatch, type Writing } from './writeBatch.ts';

/** Places of the cells `source_ref` and `marking` in the rows of staging.ts. */
const REF_CELL = { records: 7, links: 10 };
const MARKING_CELL = { records: 4, links: 7 };
/** Rejects of one batch whose own text is read from the kept file again. */
const READ_AGAIN = 100;
const UNIQUE_VIOLATION = '23505';

/** Whether the database says that a value does not fit: no connection, lock or time is at fault, and trying again is in vain. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof Unfit) return true;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(22|23|54)...$/.test(code) && code !== UNIQUE_VIOLATION;
}

/** What of a batch stands or falls together: the facts of one source object. */
interface Unit {
  ref: SourceRef;
  said: string;
  /** Rank of the highest marking among them. */
  marking: number;
  records: string[];
  links: string[];
  parts: Batch['parts'];
  metadata: Batch['metadata'];
}

/**
 * The batch without what the database refuses, which is among its rejects instead. Halves are tried and rolled back until
 * single source objects remain: about 2 log2 of the batch's size for each that is refused.
 */
export async function withoutRefused(running: Running, writing: Writing, batch: Batch): Promise<Batch> {
  const units = unitsOf(batch, writing.preparer);
  const refused: { unit: Unit; error: Error }[] = [];
  const search = async (some: readonly Unit[]): Promise<void> => {
    stopHere(running);
    const error = await tryBatch({ ...writing, fresh: false }, batchOf(batch, some)).then(
      () => undefined,
      (found: Error) => found,
    );
    if (error === undefined) return;
    if (!isRefusal(error)) throw error;
    if (some.length === 1) {
      refused.push({ unit: some[0]!, error });
      return;
    }
    const middle = some.length >> 1;
    await search(some.slice(0, middle));
    await search(some.slice(middle));
  };
  if (units.length > 0) await search(units);

  const bad = new Set(refused.map(({ unit }) => unit));
  const rejects = [...batch.rejects];
  for (const [place, { unit, error }] of refused.entries()) {
    rejects.push(await rejected(running, unit, error, place < READ_AGAIN));
  }
  const left = units.filter((unit) => !bad.has(unit));
  return { ...batchOf(batch, left), upTo: batch.upTo, rows: batch.rows, ids: batch.ids, rejects };
}

function unitsOf(batch: Batch, preparer: Preparer): Unit[] {
  const units = new Map<string, Unit>();
  const unit = (ref: SourceRef, said: string, marking: number): Unit => {
    const key = JSON.stringify([ref.row, ref.line, ref.byteOffset, ref.path]);
    const known = units.get(key) ?? { ref, said, marking, records: [], links: [], parts: [], metadata: [] };
    known.marking = Math.max(known.marking, marking);
    units.set(key, known);
    return known;
  };
  for (const kind of ['records', 'links'] as const) {
    for (const line of linesOf(batch[kind])) {
      const cells = line.split('\t');
      const ref = JSON.parse(copiedCell(cells[REF_CELL[kind]]!)) as SourceRef;
      const said = copiedCell(cells[kind === 'records' ? 3 : 6]!);
      unit(ref, said, Number(cells[MARKING_CELL[kind]]))[kind].push(line);
    }
  }
  for (const part of batch.parts)
    unit(part.ref, JSON.stringify(part.fact.props), preparer.markingOf(part.fact)).parts.push(part);
  const metadata = batch.metadata.map(
    (each): Unit => ({
      ref: {},
      said: JSON.stringify(each.values),
      marking: each.marking,
      records: [],
      links: [],
      parts: [],
      metadata: [each],
    }),
  );
  return [...units.values(), ...metadata];
}

const linesOf = (bytes: Uint8Array): string[] =>
  new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((line) => line !== '');

function batchOf(batch: Batch, units: readonly Unit[]): Batch {
  const of = (kind: 'records' | 'links') => units.flatMap((unit) => unit[kind]);
  const bytes = (lines: readonly string[]) =>
    new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
  const links = of('links');
  // The sixth cell says whether a link is a reference.
  const references = links.filter((line) => line.split('\t', 6)[5] === 't').length;
  return {
    ...batch,
    records: bytes(of('records')),
    links: bytes(links),
    recordCount: of('records').length,
    relationshipCount: links.length - references,
    referenceCount: references,
    parts: units.flatMap(({ parts }) => parts),
    metadata: units.flatMap(({ metadata }) => metadata),
  };
}

async function rejected(
  running: Running,
  unit: Unit,
  error: Error,
  readAgain: boolean,
): Promise<RejectedRow> {
  const { ref } = unit;
  const raw = readAgain ? await ownText(running, ref) : undefined;
  const storable = (text: string) => text.toWellFormed().replaceAll('\0', '\u2400');
  return {
    row: ref.row ?? null,
    line: ref.line ?? null,
    byteOffset: ref.byteOffset ?? null,
    code: 'NOT_STORABLE',
    reason: storable(`the database does not take it: ${error.message}`).slice(0, 1000),
    raw: storable(raw ?? unit.said.slice(0, 64 * 1024)),
    marking: unit.marking,
  };
}

/** The row as the kept file has it; undefined where it has no text of its own (a sheet) or is too long to keep. */
async function ownText({ ctx, services, about }: Running, ref: SourceRef): Promise<string | undefined> {
  if (about.format === 'xlsx') return undefined;
  const files = { home: services.home, most: 0, quota: 0 };
  const reading: Context = { ...ctx, files };
  const found = await sourceRow(reading, { ...ref, import: about.id } as KeptRef);
  return found && !found.truncated ? found.text : undefined;
}
