import { SummitError } from '@summit/process/errors';
import { encodePosition } from '../change/position.ts';
import { type Reading, read, resolveMoment } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { ontologyOf } from '../ontology/ontology.queries.ts';
import type { Ontology } from '../ontology/ontology.ts';
import { withCaptions } from './captions.queries.ts';
import { linksPage, propertiesPage, recordsPage, type Scope, scopeOf } from './export.queries.ts';
import {
  checkedInput,
  type ExportCounts,
  type ExportedLink,
  type ExportedRecord,
  type ExportInput,
  type ExportWriter,
  Losses,
} from './export.ts';
import { type Column, csvWriter } from './writer.csv.ts';
import { ftmWriter } from './writer.ftm.ts';
import { jsonWriter } from './writer.json.ts';

const PAGE = 1_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

export interface Export {
  name: string;
  writer: ExportWriter;
  losses: Losses;
  counts: ExportCounts;
  /** The text, page by page; complete when it ends. */
  parts(): AsyncGenerator<string>;
}

/**
 * Everything the reader sees of what was asked for, as of one moment, in constant memory. A right that is taken away ends it
 * at its next page, and so does what `goOn` throws, which is asked before each. Throws INPUT_INVALID, NOT_FOUND, FORBIDDEN.
 */
export async function exportFacts(
  ctx: Context,
  given: ExportInput,
  goOn: () => void = () => {},
): Promise<Export> {
  ctx.actor.mustBeAbleTo('export:run');
  const input = checkedInput(given);
  const { change, at } = await resolveMoment(ctx, { time: new Date() });
  const paged = async <T>(work: (tx: Reading) => Promise<T>): Promise<T> => {
    goOn();
    return read(ctx, change, async (tx) => {
      await mustStillBeAllowed(tx, ctx);
      return work(tx);
    });
  };
  const { scope, ontology } = await paged(async (tx) => ({
    scope: await scopeOf(tx, input),
    ontology: await ontologyOf(tx),
  }));
  const losses = new Losses();
  const counts: ExportCounts = { records: 0, relationships: 0, references: 0 };
  const writer =
    input.format === 'csv'
      ? csvWriter(input.table, await allProperties(paged, scope, input.table, ontology), losses)
      : input.format === 'ftm'
        ? ftmWriter(ontology, losses)
        : jsonWriter({
            from: scope.name,
            position: encodePosition(ctx.positionSecret, ctx.scope.tenant, change),
            at: at.toISOString(),
          });

  // A table is read by people: beside an id stands what it names.
  const toldOf = async <Fact extends ExportedRecord | ExportedLink>(tx: Reading, facts: Promise<Fact[]>) =>
    input.format === 'csv' ? withCaptions(tx, ontology, await facts) : facts;

  async function* parts(): AsyncGenerator<string> {
    yield writer.head();
    for (let after = FIRST; ; ) {
      const page = await paged((tx) => toldOf(tx, recordsPage(tx, scope, after, PAGE)));
      counts.records += page.length;
      yield page.map((record) => writer.record(record)).join('');
      if (page.length < PAGE) break;
      after = page.at(-1)!.id;
    }
    for (let after = FIRST; ; ) {
      const page = await paged((tx) => toldOf(tx, linksPage(tx, scope, after, PAGE)));
      for (const { reference } of page) counts[reference ? 'references' : 'relationships']++;
      yield page.map((link) => writer.link(link)).join('');
      if (page.length < PAGE) break;
      after = page.at(-1)!.id;
    }
    yield writer.foot();
  }
  return { name: scope.name, writer, losses, counts, parts };
}

/** Every property of the table in order, and whether it names entities in any type that has it. */
async function allProperties(
  paged: <T>(work: (tx: Reading) => Promise<T>) => Promise<T>,
  scope: Scope,
  table: 'records' | 'relationships',
  ontology: Ontology,
): Promise<Column[]> {
  const columns = new Map<string, boolean>();
  for (let after: string | null = FIRST; after !== null; ) {
    const from: string = after;
    const page = await paged((tx) => propertiesPage(tx, scope, table, from, PAGE * 20));
    for (const [type, name] of page.names)
      columns.set(name, columns.get(name) === true || ontology.propertyType(type, name) === 'entity');
    after = page.rows < PAGE * 20 ? null : page.last;
  }
  return [...columns]
    .map(([property, namesEntities]) => ({ property, namesEntities }))
    .sort((one, other) => (one.property < other.property ? -1 : 1));
}

async function mustStillBeAllowed(tx: Reading, ctx: Context): Promise<void> {
  const standing = await tx.first(sql`
    select from summit.users where tenant_id = ${tx.reader.tenant} and id = ${ctx.actor.id} and disabled_at is null
      and clearance >= ${ctx.scope.clearance}`);
  if (!standing) throw new SummitError('FORBIDDEN', { permission: 'export:run' });
}

export interface Manifest extends ExportCounts {
  losses: { what: string; count: number }[];
  /** False when reading it all took too long: counts and losses are of what was read, so there are at least as many. */
  complete: boolean;
}

/** A question before a download is answered within this time, or says that it could not be. */
const MANIFEST_MS = 5_000;

/** Counts and losses without the text, until `signal` says that nobody waits for them. */
export async function manifestOf(
  ctx: Context,
  input: ExportInput,
  { signal, mostMs = MANIFEST_MS }: { signal?: AbortSignal | undefined; mostMs?: number } = {},
): Promise<Manifest> {
  const enough = new Error('it took too long');
  const until = performance.now() + mostMs;
  let found: Pick<Export, 'losses' | 'counts'> | undefined;
  let complete = true;
  try {
    const { parts, ...facts } = await exportFacts(ctx, input, () => {
      signal?.throwIfAborted();
      if (performance.now() > until) throw enough;
    });
    found = facts;
    for await (const _ of parts());
  } catch (error) {
    if (error !== enough) throw error;
    complete = false;
  }
  const counts = found?.counts ?? { records: 0, relationships: 0, references: 0 };
  return { ...counts, losses: found?.losses.list() ?? [], complete };
}
