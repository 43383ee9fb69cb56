import { pipeline } from 'node:stream/promises';
import { SummitError } from '@summit/process/errors';
import type { Context } from '../context.ts';
import { type Call, json, type Route } from '../http.ts';
import { openBlob } from './blobs.ts';
import { keepFile } from './file.commands.ts';
import { loadFile } from './file.queries.ts';
import { attachment, type FilePlace } from './file.ts';
import { receive } from './upload.ts';

export function placeOf(ctx: Context): FilePlace {
  if (!ctx.files) throw new SummitError('NOT_FOUND', { what: 'file' });
  return ctx.files;
}

/** Answers with the uploaded file's id. */
async function upload({ request, response, url, ctx }: Call): Promise<void> {
  const { kept } = await receive(request, url, (filename, body) =>
    keepFile(ctx, placeOf(ctx), filename, body),
  );
  if (!kept) throw new SummitError('INPUT_INVALID', { problem: 'a file is expected' });
  json(response, { status: 201, body: kept });
}

/** The original as it came. */
async function download({ response, params, ctx }: Call): Promise<void> {
  const file = await loadFile(ctx, params.id!);
  const body = await openBlob(placeOf(ctx).home, file);
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': file.bytes,
    'content-disposition': attachment(file.filename),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  await pipeline(body, response);
}

export const fileRoutes: Route[] = [
  { method: 'POST', path: '/api/files', scope: 'user', handle: upload },
  { method: 'GET', path: '/api/files/:id', scope: 'user', handle: download },
];
