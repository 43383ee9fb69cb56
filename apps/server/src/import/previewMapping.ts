import { SummitError } from '@summit/process/errors';
import type { RowChange } from '../change/diff.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { blobPath } from '../file/blobs.ts';
import { placeOf } from '../file/file.http.ts';
import { loadFile } from '../file/file.queries.ts';
import { ontology } from '../ontology/ontology.ts';
import { readOptions, withConventions } from './conventions.ts';
import { datasetsOfEnds, type EndsIn } from './endsElsewhere.ts';
import { identifier } from './identify.ts';
import type { ReadSettings } from './import.ts';
import { ownTypes } from './importContext.ts';
import type { Inspection } from './inspect.ts';
import { type Mapping, parseMapping } from './mapping.ts';
import { readerOf } from './readers.ts';
import { inspectFile } from './recognise.ts';
import { type Fact, type SourceObject, sourceFromPath } from './source.ts';

const ROWS = 50;
const SHOWN = 100;

/** What a mapping makes of a file's first rows. A mapping that is wrong gives errors, not a failure: it is being edited. */
export async function previewMapping(
  ctx: Context,
  asked: { fileId: string; format?: string | null; mapping: string; options?: ReadSettings | null },
) {
  const file = await loadFile(ctx, asked.fileId);
  const { format, columns } = await inspectFile(ctx, asked);
  const answer: Answer = { columns, rows: [], rejects: [], errors: [], ends: [] };
  const linked = new Set<string>();
  const described = new Set<string>();
  let mapping: Mapping;
  try {
    mapping = withConventions(parseMapping(asked.mapping, file.filename), asked.options ?? {});
  } catch (error) {
    return { ...answer, errors: [said(error)] };
  }
  const types = await inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    ownTypes(tx, ctx.scope.tenant),
  );
  const source = sourceFromPath(blobPath(placeOf(ctx).home, file.sha256), file.bytes, file.filename);
  const idOf = identifier('preview');
  const stop = new AbortController();
  try {
    const reader = await readerOf(format);
    const options = {
      ...readOptions(asked.options ?? {}),
      mapping,
      signal: stop.signal,
      ontology: types.length > 0 ? ontology.extend(types) : ontology,
    };
    let seen = 0;
    for await (const object of reader.read(source, options)) {
      take(object, answer, idOf);
      for (const fact of object.fate === 'rows' ? object.rows : []) {
        if (fact.kind === 'record') described.add(fact.sourceKey);
        else if (fact.kind === 'relationship') linked.add(fact.source).add(fact.target);
      }
      if (object.fate !== 'notice' && ++seen >= ROWS) break;
    }
  } catch (error) {
    answer.errors.push(said(error));
  }
  answer.ends = await datasetsOfEnds(
    ctx,
    [...linked].filter((key) => !described.has(key)),
  );
  return answer;
}

interface Answer {
  columns: Inspection['columns'];
  rows: RowChange[];
  rejects: object[];
  errors: string[];
  ends: EndsIn[];
}

function take(
  object: SourceObject,
  answer: { rows: RowChange[]; rejects: object[] },
  idOf: (kind: Fact['kind'], key: string) => string,
): void {
  if (object.fate === 'reject') {
    const { row = null, line = null } = object.ref;
    answer.rejects.push({
      id: `${answer.rejects.length}`,
      row,
      line,
      code: object.code,
      reason: object.reason,
      raw: object.raw.slice(0, 4096),
    });
  }
  if (object.fate !== 'rows' && object.fate !== 'notice') return;
  for (const fact of object.rows) {
    if (fact.kind === 'reference' || answer.rows.length >= SHOWN) continue;
    const { kind, sourceKey, caption, ...after } = fact;
    answer.rows.push({
      kind,
      id: idOf(kind, sourceKey),
      caption: caption ?? null,
      act: 'added',
      before: null,
      after: { sourceKey, ...after },
      change: null,
    });
  }
}

function said(error: unknown): string {
  if (error instanceof SummitError) return String(error.details.problem ?? error.message);
  throw error;
}
