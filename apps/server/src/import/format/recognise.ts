import type { Context } from '../../context.ts';
import { inTransaction } from '../../database/inTransaction.ts';
import { blobPath } from '../../file/blobs.ts';
import { placeOf } from '../../file/file.http.ts';
import { loadFile } from '../../file/file.queries.ts';
import type { FileNode } from '../../file/file.ts';
import { ontology } from '../../ontology/ontology.ts';
import type { ReadSettings } from '../import.ts';
import { ownTypes } from '../importContext.ts';
import { type Inspection, inspect, needsMapping } from '../inspect.ts';
import { type Format, formats, sourceFromPath } from '../source.ts';
import { readOptions } from './conventions.ts';

export interface Asked {
  fileId: string;
  format?: string | null | undefined;
  mapping?: string | null | undefined;
  options?: ReadSettings | null | undefined;
}

export interface Recognised {
  format: string;
  mapping?: string;
  /** What the mapping makes of each column, in words for people; only where it was guessed. */
  guessed?: Record<string, string>;
}

/** The format and mapping with which a file is read: what was asked for, else what it looks like. Throws FORMAT_UNKNOWN. */
export async function recognise(ctx: Context, asked: Asked): Promise<Recognised> {
  const given = { ...(asked.mapping && { mapping: asked.mapping }) };
  if (
    asked.format &&
    (asked.mapping ||
      !(formats as readonly string[]).includes(asked.format) ||
      !needsMapping(asked.format as Format))
  )
    return { format: asked.format, ...given };
  const { format, mapping, columns } = await inspectFile(ctx, asked);
  if (asked.mapping || !mapping) return { format, ...given };
  const guessed = columns.flatMap(({ name, becomes }) => (becomes === undefined ? [] : [[name, becomes]]));
  return { format, mapping, guessed: Object.fromEntries(guessed) };
}

/** A first look at an uploaded file. Throws NOT_FOUND, FORMAT_UNKNOWN, FILE_DAMAGED. */
export async function inspectFile(ctx: Context, asked: Asked): Promise<Inspection> {
  return inspectKept(ctx, await loadFile(ctx, asked.fileId), asked);
}

/** The same of a file of which the asker may know the shape; what stands in its rows is then not to be told. */
export async function inspectKept(
  ctx: Context,
  file: Pick<FileNode, 'sha256' | 'bytes' | 'filename'>,
  asked: Pick<Asked, 'format' | 'options'>,
): Promise<Inspection> {
  const types = await inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    ownTypes(tx, ctx.scope.tenant),
  );
  const source = sourceFromPath(blobPath(placeOf(ctx).home, file.sha256), file.bytes, file.filename);
  return inspect(source, {
    ...readOptions(asked.options ?? {}),
    ontology: types.length > 0 ? ontology.extend(types) : ontology,
    ...(asked.format &&
      (formats as readonly string[]).includes(asked.format) && { format: asked.format as Format }),
  });
}
