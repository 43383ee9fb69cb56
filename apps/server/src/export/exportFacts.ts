import { SummitError } from '@summit/process/errors';
import { encodePosition } from '../change/position.ts';
import { type Reading, read, resolveMoment } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { ontologyOf } from '../ontology/ontology.queries.ts';
import { linksPage, propertiesPage, recordsPage, type Scope, scopeOf } from './export.queries.ts';
import { checkedInput, type ExportCounts, type ExportInput, type ExportWriter, Losses } from './export.ts';
import { csvWriter } from './writer.csv.ts';
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
      ? csvWriter(input.table, await allProperties(paged, scope, input.table), losses)
      : input.format === 'ftm'
        ? ftmWriter(ontology, losses)
        : jsonWriter({
            from: scope.name,
            position: encodePosition(ctx.positionSecret, ctx.scope.tenant, change),
            at: at.toISOString(),
          });

  async function* parts(): AsyncGenerator<string> {
    yield writer.head();
    for (let after = FIRST; ; ) {
      const page = await paged((tx) => recordsPage(tx, scope, after, PAGE));
      counts.records += page.length;
      yield page.map((record) => writer.record(record)).join('');
      if (page.length < PAGE) break;
      after = page.at(-1)!.id;
    }
    for (let after = FIRST; ; ) {
      const page = await paged((tx) => linksPage(tx, scope, after, PAGE));
      for (const { reference } of page) counts[reference ? 'references' : 'relationships']++;
      yield page.map((link) => writer.link(link)).join('');
      if (page.length < PAGE) break;
      after = page.at(-1)!.id;
    }
    yield writer.foot();
  }
  return { name: scope.name, writer, losses, counts, parts };
}

async function allProperties(
  paged: <T>(work: (tx: Reading) => Promise<T>) => Promise<T>,
  scope: Scope,
  table: 'records' | 'relationships',
): Promise<string[]> {
  const names = new Set<string>();
  for (let after: string | null = FIRST; after !== null; ) {
    const from: string = after;
    const page = await paged((tx) => propertiesPage(tx, scope, table, from, PAGE * 20));
    for (const name of page.names) names.add(name);
    after = page.rows < PAGE * 20 ? null : page.last;
  }
  return [...names].sort();
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
