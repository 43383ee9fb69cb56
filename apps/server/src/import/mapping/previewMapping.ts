import { SummitError } from '@summit/process/errors';
import type { RowChange } from '../../change/diff.ts';
import type { Context } from '../../context.ts';
import { inTransaction } from '../../database/inTransaction.ts';
import { blobPath } from '../../file/blobs.ts';
import { placeOf } from '../../file/file.http.ts';
import { loadFile } from '../../file/file.queries.ts';
import { datasetsOfEnds, type EndsIn } from '../endsElsewhere.ts';
import { inspectFile } from '../format/recognise.ts';
import type { ReadSettings } from '../import.ts';
import { ownTypes } from '../importContext.ts';
import type { Inspection } from '../inspect.ts';
import { askerOf, tryMapping } from './readMapping.ts';

interface Answer {
  columns: Inspection['columns'];
  rows: RowChange[];
  rejects: object[];
  errors: string[];
  ends: EndsIn[];
}

/** What a mapping makes of a file's first rows. A mapping that is wrong gives errors, not a failure: it is being edited. */
export async function previewMapping(
  ctx: Context,
  asked: { fileId: string; format?: string | null; mapping: string; options?: ReadSettings | null },
): Promise<Answer> {
  const file = await loadFile(ctx, asked.fileId);
  const { format, columns } = await inspectFile(ctx, asked);
  const types = await inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    ownTypes(tx, ctx.scope.tenant),
  );
  const { linked, ...answer } = await tryMapping(askerOf(ctx), {
    path: blobPath(placeOf(ctx).home, file.sha256),
    bytes: file.bytes,
    filename: file.filename,
    format,
    mapping: asked.mapping,
    options: asked.options ?? {},
    types,
  }).catch((error: unknown) => {
    if (!(error instanceof SummitError) || error.code !== 'MAPPING_INVALID') throw error;
    return { rows: [], rejects: [], errors: [String(error.details.problem)], linked: [] };
  });
  return { ...answer, columns, ends: await datasetsOfEnds(ctx, linked) };
}
